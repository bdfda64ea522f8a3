package rubato.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import rubato.error.RubatoException;
import rubato.testkit.ManualClock;

class FirstContactTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Passes while it is waited, and only then. */
    private final ManualClock clock = new ManualClock();

    private final List<String> told = new ArrayList<>();
    private boolean ended;
    private boolean launched;
    private boolean orphaned;
    private int attempts;

    private final class Place implements Rendezvous {
        @Override
        public Endpoint endpoint() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Duration patience() {
            return PATIENCE;
        }

        @Override
        public void requireUnfinished() {
            if (ended) throw RubatoException.failed("run has ended");
        }

        @Override
        public void waiting(String line) {
            told.add(line);
        }
    }

    private final FirstContact contact = new FirstContact(
            new Place(), clock, nanos -> clock.advance(Duration.ofNanos(nanos)), () -> launched, () -> orphaned);

    private String nobodyBefore(int attempt) {
        if (++attempts < attempt)
            throw RubatoException.failed("cannot connect to h:1")
                    .remedy("check")
                    .passing();
        return "a coordinator";
    }

    private String nobody() {
        return nobodyBefore(Integer.MAX_VALUE);
    }

    @Test
    void a_coordinator_that_comes_later_is_waited_for_and_one_line_says_so() {
        assertThat(contact.until(() -> nobodyBefore(5))).isEqualTo("a coordinator");
        assertThat(told)
                .containsExactly("no coordinator yet (cannot connect to h:1): looking for one for up to 10 s"
                        + " (coordinators.wait-seconds)");
    }

    @Test
    void none_in_time_is_a_lost_coordinator() {
        long before = clock.nanos();
        assertThatThrownBy(() -> contact.until(this::nobody))
                .hasMessage("no coordinator for 10 s: cannot connect to h:1")
                .satisfies(error -> {
                    RubatoException lost = (RubatoException) error;
                    assertThat(lost.kind()).isEqualTo(RubatoException.Kind.LOST);
                    assertThat(lost.remedy()).hasValue("check");
                });
        assertThat(clock.nanos() - before).isEqualTo(PATIENCE.toNanos());
    }

    @Test
    void the_patience_is_for_all_it_waits_for_together() {
        long before = clock.nanos();
        contact.until(() -> nobodyBefore(20));
        assertThatThrownBy(() -> contact.until(this::nobody)).hasMessageContaining("for 10 s");
        assertThat(clock.nanos() - before).isEqualTo(PATIENCE.toNanos());
        assertThat(told).hasSize(1);
    }

    @Test
    void what_will_not_pass_fails_at_once() {
        assertThatThrownBy(() -> contact.until(() -> {
                    attempts++;
                    throw RubatoException.failed("wrong token for h:1");
                }))
                .hasMessage("wrong token for h:1");
        assertThat(attempts).isOne();
        assertThat(told).isEmpty();
    }

    @Test
    void a_run_that_has_ended_is_not_waited_for() {
        ended = true;
        assertThatThrownBy(() -> contact.until(this::nobody)).hasMessage("run has ended");
        assertThat(attempts).isOne();
    }

    @Test
    void a_launched_worker_waits_also_where_the_ledger_has_not_been_opened_again_yet() {
        ended = true;
        launched = true;
        assertThat(contact.until(() -> nobodyBefore(5))).isEqualTo("a coordinator");
    }

    @Test
    void a_worker_whose_launcher_is_gone_does_not_wait() {
        orphaned = true;
        assertThatThrownBy(() -> contact.until(this::nobody)).hasMessageContaining("the launcher is gone");
    }

    @Test
    void one_that_is_terminated_gives_way() {
        contact.stop();
        assertThatThrownBy(() -> contact.until(this::nobody)).hasMessageContaining("terminated");
        assertThat(contact.gaveWay()).isTrue();
    }
}
