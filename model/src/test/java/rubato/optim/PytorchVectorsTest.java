package rubato.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Four updates at rate 0.1, compared with PyTorch 1.13 in float64 on the same gradients. */
class PytorchVectorsTest {
    private static final float[][] GRADIENTS = {
        {0.1f, -0.2f, 0.3f, -0.4f}, {0.2f, 0.1f, -0.3f, 0.5f}, {-0.6f, 0.4f, 0.2f, 0.1f}, {0.05f, -0.7f, 0.9f, 0.3f}
    };

    private static void check(OptimizerSpec spec, double... expected) {
        Optimizer optimizer = Optimizers.make(spec, 4);
        float[] parameters = {1f, -2f, 0.5f, 3f};
        for (float[] gradient : GRADIENTS)
            assertThat(optimizer.update(parameters, gradient.clone(), 0.1)).isTrue();
        for (int i = 0; i < 4; i++) assertThat((double) parameters[i]).isCloseTo(expected[i], within(1e-6));
        assertThat(optimizer.updates()).isEqualTo(4);
    }

    @Test
    void sgd() {
        check(Specs.sgd(0, false, 0, Specs.NO_CLIP), 1.025, -1.96, 0.39, 2.95);
    }

    @Test
    void sgd_with_decay() {
        check(Specs.sgd(0, false, 0.01, Specs.NO_CLIP), 1.021015946011, -1.952011942022, 0.38805293803, 2.938008057963);
    }

    @Test
    void momentum() {
        check(Specs.sgd(0.9, false, 0, Specs.NO_CLIP), 1.02041, -1.96432, 0.35013, 2.95306);
    }

    @Test
    void momentum_with_decay() {
        check(
                Specs.sgd(0.9, false, 0.01, Specs.NO_CLIP),
                1.011481046311,
                -1.9463521426220,
                0.3457891706805,
                2.9257934478630);
    }

    @Test
    void nesterov_with_decay() {
        check(
                Specs.sgd(0.9, true, 0.01, Specs.NO_CLIP),
                1.031452236562053,
                -1.903828716074106,
                0.24943704673432898,
                2.871159890814912);
    }

    @Test
    void adam() {
        check(
                Specs.adam("adam", 0, Specs.NO_CLIP),
                0.860399940049476,
                -1.8909768075767872,
                0.3212228219135964,
                3.0204309983972504);
    }

    @Test
    void adam_with_decay_in_the_gradient() {
        check(
                Specs.adam("adam", 0.01, Specs.NO_CLIP),
                0.8549365986750014,
                -1.8699592735229926,
                0.3177107098877209,
                2.9993788438835214);
    }

    @Test
    void adamw_with_decay_of_the_parameters() {
        check(
                Specs.adam("adamw", 0.01, Specs.NO_CLIP),
                0.8568647528737562,
                -1.8832960072573897,
                0.31953857524228335,
                3.0082041086769826);
    }

    @Test
    void momentum_with_clipping() {
        check(
                Specs.sgd(0.9, false, 0, 0.5),
                0.9985914440232493,
                -1.9795824183555333,
                0.40761099546820956,
                2.9917932073541262);
    }

    @Test
    void adamw_with_clipping() {
        check(
                Specs.adam("adamw", 0.01, 0.5),
                0.8433878178927503,
                -1.8807965753200595,
                0.32019367173505103,
                3.037184594646428);
    }
}
