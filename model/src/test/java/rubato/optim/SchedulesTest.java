package rubato.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class SchedulesTest {
    private static Schedule schedule(String kind, double warmup, double total, double end) {
        return Schedules.make(new ScheduleSpec(kind, warmup, total, end, List.of(10.0, 20.0), 0.5));
    }

    @Test
    void constant_is_neutral() {
        assertThat(schedule("constant", 0, 0, 0).factor(0)).isEqualTo(1);
        assertThat(schedule("constant", 0, 0, 0).factor(1e9)).isEqualTo(1);
    }

    @Test
    void step_multiplies_by_gamma_from_each_milestone_on() {
        Schedule step = schedule("step", 0, 0, 0);
        assertThat(step.factor(9.9)).isEqualTo(1);
        assertThat(step.factor(10)).isEqualTo(0.5);
        assertThat(step.factor(20)).isEqualTo(0.25);
    }

    @Test
    void cosine_falls_to_the_final_factor_and_stays() {
        Schedule cosine = schedule("cosine", 0, 100, 0.1);
        assertThat(cosine.factor(0)).isEqualTo(1);
        assertThat(cosine.factor(50)).isCloseTo(0.55, within(1e-12));
        assertThat(cosine.factor(25)).isCloseTo(0.1 + 0.45 * (1 + Math.sqrt(0.5)), within(1e-12));
        assertThat(cosine.factor(100)).isCloseTo(0.1, within(1e-12));
        assertThat(cosine.factor(500)).isCloseTo(0.1, within(1e-12));
    }

    @Test
    void linear_falls_evenly_after_the_warm_up() {
        Schedule linear = schedule("linear", 20, 120, 0);
        assertThat(linear.factor(20)).isEqualTo(1);
        assertThat(linear.factor(45)).isCloseTo(0.75, within(1e-12));
        assertThat(linear.factor(120)).isZero();
    }

    @Test
    void warm_up_rises_evenly_and_wastes_no_step() {
        Schedule warm = schedule("constant", 4, 0, 0);
        assertThat(warm.factor(0)).isEqualTo(0.25);
        assertThat(warm.factor(1)).isEqualTo(0.5);
        assertThat(warm.factor(3)).isEqualTo(1);
        assertThat(warm.factor(3.5)).isEqualTo(1);
    }

    @Test
    void bad_settings_are_named_with_their_range() {
        assertThatThrownBy(() -> schedule("exponential", 0, 0, 0))
                .hasMessageContaining("constant, step, cosine, linear");
        assertThatThrownBy(() -> schedule("cosine", 10, 10, 0))
                .hasMessageContaining("total-steps = 10.0 must be more than");
        assertThatThrownBy(() -> schedule("cosine", 0, 10, 2)).hasMessageContaining("final-factor");
        assertThatThrownBy(() -> schedule("constant", -1, 10, 0)).hasMessageContaining("warmup-steps");
    }
}
