package rubato.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;

class EnoughPracticeTest {
    private static final long MILLI = 1_000_000;

    /** How many steps are done that take so many ms each, while the compiler has worked so many ms before each. */
    private static int steps(long stepMillis, IntToLongFunction compiledMillis) {
        int[] steps = {0};
        EnoughPractice enough = new EnoughPractice(() -> compiledMillis.applyAsLong(steps[0]));
        while (!enough.after(steps[0], steps[0] * stepMillis * MILLI)) steps[0]++;
        return steps[0];
    }

    @Test
    void it_ends_when_the_compiler_has_been_calm_for_a_while() {
        assertThat(steps(2, step -> Math.min(step, 500) * 5L)).isBetween(585, 605);
        assertThat(steps(2, step -> Math.min(step, 200) * 5L)).isBetween(285, 305);
    }

    @Test
    void trifles_do_not_keep_it_going() {
        assertThat(steps(2, step -> step / 20)).isBetween(100, 110);
    }

    @Test
    void slow_steps_are_done_some_times_all_the_same() {
        assertThat(steps(20, step -> 0)).isEqualTo(EnoughPractice.LEAST_STEPS);
    }

    @Test
    void very_slow_steps_are_done_for_a_second() {
        assertThat(steps(200, step -> 0)).isEqualTo(5);
    }

    @Test
    void it_is_not_done_without_end() {
        assertThat(steps(0, step -> step * 50L)).isEqualTo(EnoughPractice.MOST_STEPS);
        assertThat(steps(100, step -> step * 50L)).isEqualTo((int) (EnoughPractice.MOST_NANOS / (100 * MILLI)));
    }
}
