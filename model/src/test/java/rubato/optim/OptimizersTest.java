package rubato.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import rubato.random.SplitMix;

class OptimizersTest {
    private static final int COUNT = 9001;
    private static final List<OptimizerSpec> ALL = List.of(
            Specs.sgd(0, false, 0, Specs.NO_CLIP),
            Specs.sgd(0, false, 0.02, 3),
            Specs.sgd(0.9, false, 0.02, Specs.NO_CLIP),
            Specs.sgd(0.8, true, 0.01, 3),
            Specs.adam("adam", 0.03, Specs.NO_CLIP),
            Specs.adam("adam", 0, 3),
            Specs.adam("adamw", 0.1, 3));

    private static float[] noise(SplitMix random, double size) {
        float[] v = new float[COUNT];
        for (int i = 0; i < COUNT; i++) v[i] = (float) (size * random.nextGaussian());
        return v;
    }

    @Test
    void each_follows_its_formula_in_float64() {
        for (OptimizerSpec spec : ALL) {
            SplitMix random = new SplitMix(5);
            Optimizer optimizer = Optimizers.make(spec, COUNT);
            NaiveOptimizer naive = new NaiveOptimizer(spec, COUNT);
            float[] parameters = noise(random, 1);
            double[] expected = new double[COUNT];
            for (int i = 0; i < COUNT; i++) expected[i] = parameters[i];
            for (int step = 0; step < 20; step++) {
                float[] gradient = noise(random, 0.1);
                naive.update(expected, gradient, 0.01);
                assertThat(optimizer.update(parameters, gradient, 0.01)).isTrue();
            }
            for (int i = 0; i < COUNT; i++)
                assertThat((double) parameters[i]).as("%s", spec).isCloseTo(expected[i], within(5e-5));
        }
    }

    @Test
    void state_copied_into_a_new_optimizer_continues_with_the_same_bits() {
        for (OptimizerSpec spec : ALL) {
            SplitMix random = new SplitMix(6);
            Optimizer one = Optimizers.make(spec, COUNT);
            float[] parameters = noise(random, 1);
            for (int step = 0; step < 3; step++) one.update(parameters, noise(random, 0.1), 0.01);
            Optimizer other = Optimizers.make(spec, COUNT);
            assertThat(other.stateNames()).hasSameSizeAs(other.state());
            for (int i = 0; i < one.state().size(); i++)
                System.arraycopy(one.state().get(i), 0, other.state().get(i), 0, COUNT);
            other.setUpdates(one.updates());
            float[] copied = parameters.clone();
            float[] gradient = noise(random, 0.1);
            one.update(parameters, gradient.clone(), 0.01);
            other.update(copied, gradient.clone(), 0.01);
            assertThat(copied).isEqualTo(parameters);
        }
    }

    @Test
    void a_parameter_that_is_no_longer_finite_is_reported() {
        for (OptimizerSpec spec : ALL) {
            float[] parameters = new float[COUNT];
            float[] gradient = new float[COUNT];
            gradient[COUNT - 1] = Float.NaN;
            assertThat(Optimizers.make(spec, COUNT).update(parameters, gradient, 0.1))
                    .as("%s", spec)
                    .isFalse();
        }
    }

    @Test
    void rate_zero_leaves_the_parameters_alone() {
        for (OptimizerSpec spec : ALL) {
            float[] parameters = noise(new SplitMix(7), 1);
            float[] kept = parameters.clone();
            Optimizers.make(spec, COUNT).update(parameters, noise(new SplitMix(8), 1), 0);
            assertThat(parameters).isEqualTo(kept);
        }
    }

    @Test
    void bad_settings_are_named_with_their_range() {
        assertThatThrownBy(() -> Optimizers.make(Specs.adam("adagrad", 0, 1), 1))
                .hasMessageContaining("optimizer.kind = adagrad")
                .hasMessageContaining("sgd, adam, adamw");
        assertThatThrownBy(() -> Optimizers.make(Specs.sgd(1, false, 0, 1), 1))
                .hasMessage("optimizer.momentum = 1.0 must be in [0, 1)");
        assertThatThrownBy(() -> Optimizers.make(Specs.sgd(0, true, 0, 1), 1)).hasMessageContaining("nesterov");
        assertThatThrownBy(() -> Optimizers.make(Specs.sgd(0, false, -1, 1), 1)).hasMessageContaining("weight-decay");
        assertThatThrownBy(() -> Optimizers.make(Specs.sgd(0, false, 0, 0), 1)).hasMessageContaining("clip-norm");
        assertThatThrownBy(() -> Optimizers.make(Specs.sgd(0, false, Double.NaN, 1), 1))
                .hasMessageContaining("weight-decay");
    }
}
