package rubato.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SoftmaxLossTest {
    @Test
    void equal_scores_lose_the_logarithm_of_the_classes_and_the_lowest_wins() {
        SoftmaxLoss loss = new SoftmaxLoss(3);
        loss.measure(new float[] {5, 5, 5, 5, 5, 5}, new int[] {0, 1}, 2);
        assertThat(loss.lossSum()).isCloseTo(2 * StrictMath.log(3), within(1e-15));
        assertThat(loss.correct()).isEqualTo(1);
    }

    @Test
    void delta_is_softmax_minus_the_label() {
        SoftmaxLoss loss = new SoftmaxLoss(2);
        float[] scores = {(float) StrictMath.log(3), 0};
        loss.differentiate(scores, new int[] {1}, 1);
        assertThat(scores[0]).isCloseTo(0.75f, within(1e-6f));
        assertThat(scores[1]).isCloseTo(-0.75f, within(1e-6f));
        assertThat(loss.lossSum()).isCloseTo(StrictMath.log(4), within(1e-6));
    }

    @Test
    void huge_scores_do_not_overflow() {
        SoftmaxLoss loss = new SoftmaxLoss(2);
        loss.measure(new float[] {3e38f, -3e38f}, new int[] {0}, 1);
        assertThat(loss.lossSum()).isEqualTo(0);
    }

    @Test
    void sums_start_anew_after_a_reset() {
        SoftmaxLoss loss = new SoftmaxLoss(2);
        loss.measure(new float[] {1, 0}, new int[] {0}, 1);
        loss.reset();
        assertThat(loss.lossSum()).isZero();
        assertThat(loss.correct()).isZero();
    }
}
