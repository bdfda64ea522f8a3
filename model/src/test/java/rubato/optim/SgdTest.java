package rubato.optim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SgdTest {
    private static final ScheduleSpec CONSTANT = new ScheduleSpec("constant", 0, 0, 0, List.of(), 1);

    private static Optimizer sgd(double decay, double clip) {
        return Optimizers.make(new OptimizerSpec("sgd", 0.1, 0, false, decay, clip, 0.9, 0.999, 1e-8, CONSTANT), 2);
    }

    @Test
    void plain_sgd_takes_the_rate_times_the_gradient_off() {
        float[] parameters = {1f, -2f};
        assertThat(sgd(0, Double.POSITIVE_INFINITY).update(parameters, new float[] {0.5f, -1f}, 0.5))
                .isTrue();
        assertThat(parameters).containsExactly(0.75f, -1.5f);
    }

    @Test
    void decay_pulls_towards_zero() {
        float[] parameters = {1f, -2f};
        sgd(0.5, Double.POSITIVE_INFINITY).update(parameters, new float[2], 0.5);
        assertThat(parameters).containsExactly(0.75f, -1.5f);
    }

    @Test
    void a_parameter_that_overflows_is_reported() {
        float[] parameters = {3e38f, 0f};
        assertThat(sgd(0, Double.POSITIVE_INFINITY).update(parameters, new float[] {-3e38f, 0f}, 1))
                .isFalse();
    }
}
