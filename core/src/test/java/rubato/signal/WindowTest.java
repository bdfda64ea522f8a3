package rubato.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import rubato.step.StepTimes;
import rubato.step.StepTotals;

class WindowTest {
    private static final List<StepTimes> TIMES =
            List.of(new StepTimes(32, 1000, 500, 100, 50, 0, 0, 0), new StepTimes(32, 1500, 0, 100, 50, 0, 0, 0));
    private static final NoiseEstimate NOISE = new NoiseEstimate(1000, 10, 500);

    private final Window window = new Window(List.of("a", "b"), 64);

    private static StepTotals totals(int samples) {
        return new StepTotals(samples, 2.0 * samples, 0, 1, samples, 0, true);
    }

    private void steps(long from, long to, int samples) {
        for (long step = from; step <= to; step++) window.add(step, totals(samples), TIMES);
    }

    @Test
    void a_window_gives_means_per_step_and_rank() {
        steps(1, 10, 64);
        Signals seen = window.close(2, NOISE);
        assertThat(seen.firstStep()).isEqualTo(1);
        assertThat(seen.lastStep()).isEqualTo(10);
        assertThat(seen.samplesPerSecond()).isEqualTo(320);
        assertThat(seen.loss()).isEqualTo(2);
        assertThat(seen.syncNanos()).isEqualTo(100);
        assertThat(seen.ranks().get(0).waitNanos()).isEqualTo(500);
        assertThat(seen.ranks().get(1).samplesPerStep()).isEqualTo(32);
        assertThat(seen.ranks().get(1).fit().nanos(32)).isCloseTo(1550, within(1e-6));
        assertThat(window.steps()).isZero();
    }

    @Test
    void a_change_is_settled_by_the_first_whole_window_after_it() {
        steps(1, 10, 64);
        window.close(1, NOISE);
        steps(11, 15, 64);
        window.changed(2, 16, 64, 128);
        steps(16, 20, 128);
        Signals mixed = window.close(1, NOISE);
        assertThat(mixed.lastChangeStep()).isEqualTo(16);
        assertThat(mixed.history().get(0).goodputAfter()).isNaN();
        steps(21, 30, 128);
        Outcome outcome = window.close(1, NOISE).history().get(0);
        assertThat(outcome.version()).isEqualTo(2);
        assertThat(outcome.goodputBefore()).isCloseTo(640, within(1e-9));
        assertThat(outcome.goodputAfter()).isCloseTo(1280 * 164.0 / 228, within(1e-9));
    }

    @Test
    void fits_outlive_windows_and_changes_of_membership() {
        steps(1, 10, 64);
        window.close(1, NOISE);
        window.members(List.of("c", "b"));
        steps(11, 11, 64);
        Signals seen = window.close(1, NOISE);
        assertThat(seen.ranks()).extracting(RankTimes::worker).containsExactly("c", "b");
        assertThat(seen.ranks().get(1).fit().nanos(32)).isCloseTo(1550, within(1e-6));
        assertThat(seen.history()).isEmpty();
    }

    @Test
    void an_empty_window_has_no_signals() {
        assertThatThrownBy(() -> window.close(1, NOISE)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> window.add(1, totals(3), List.of())).hasMessageContaining("2 ranks needed, got 0");
    }
}
