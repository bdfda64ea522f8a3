package rubato.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import rubato.testkit.ManualClock;

class LullTest {
    private final ManualClock clock = new ManualClock();
    private final Lull lull = new Lull(clock);

    @Test
    void a_coordinator_that_is_back_in_time_is_no_violation() {
        assertThat(lull.answered(2, 3)).isEmpty();
        clock.advance(Duration.ofMillis(Lull.MOST_MILLIS - 1));
        assertThat(lull.answered(2, 3)).isEmpty();
        assertThat(lull.answered(3, 3)).isEmpty();
        clock.advance(Duration.ofMillis(1));
        assertThat(lull.answered(2, 3)).isEmpty();
    }

    @Test
    void one_that_has_ended_for_good_is_a_violation() {
        assertThat(lull.answered(2, 3)).isEmpty();
        clock.advance(Duration.ofMillis(Lull.MOST_MILLIS));
        assertThat(lull.answered(2, 3))
                .hasValueSatisfying(line -> assertThat(line).contains("for 60 s only 2 of 3 coordinators"));
    }

    @Test
    void silence_is_waited_for_only_so_long() {
        assertThat(lull.silent()).isEmpty();
        clock.advance(Duration.ofMillis(Lull.MOST_MILLIS - 1));
        assertThat(lull.answered(1, 1)).isEmpty();
        clock.advance(Duration.ofMillis(1));
        assertThat(lull.silent()).isEmpty();
        clock.advance(Duration.ofMillis(Lull.MOST_MILLIS));
        assertThat(lull.silent()).hasValueSatisfying(line -> assertThat(line).contains("no coordinator has answered"));
    }

    @Test
    void a_run_that_offers_nothing_many_times_and_for_long_is_a_violation() {
        for (int refusal = 1; refusal < Lull.MOST_REFUSALS; refusal++) {
            clock.advance(Duration.ofMillis(Lull.MOST_MILLIS));
            assertThat(lull.refused(FaultKind.KILL_COORDINATOR)).isEmpty();
        }
        assertThat(lull.refused(FaultKind.KILL_COORDINATOR))
                .hasValueSatisfying(
                        line -> assertThat(line).contains("10 times").contains("kill-coordinator"));
    }

    @Test
    void many_refusals_at_once_and_any_fault_that_is_done_are_none() {
        for (int refusal = 0; refusal < 100; refusal++)
            assertThat(lull.refused(FaultKind.KILL_TWO)).isEmpty();
        clock.advance(Duration.ofMillis(Lull.MOST_MILLIS));
        lull.struck();
        assertThat(lull.refused(FaultKind.KILL_TWO)).isEmpty();
    }
}
