package rubato.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import rubato.codec.RecordCodec;

class NoiseEstimatorTest {
    private static final int[] SHARES = {4, 8, 16, 36};

    @Test
    void unequal_shares_do_not_bias_the_estimate() {
        LinearProblem problem = new LinearProblem(50, 2, 1);
        double sum = 0;
        double squares = 0;
        int trials = 6000;
        for (int t = 0; t < trials; t++) {
            double[][] means = problem.step(SHARES);
            double s = fresh().next(LinearProblem.totals(SHARES, means), LinearProblem.norm2(means[4]))
                    .estimate()
                    .traceCovariance();
            sum += s;
            squares += s * s;
        }
        double mean = sum / trials;
        double deviation = Math.sqrt(squares / trials - mean * mean);
        assertThat(problem.exactTrace()).isEqualTo(251);
        assertThat(mean).as("mean of S, seed 1").isCloseTo(251, within(3.0));
        assertThat(deviation).as("deviation of S, seed 1").isCloseTo(78, within(6.0));
    }

    @Test
    void both_parts_of_the_ratio_converge_under_changing_shares_and_batches() {
        LinearProblem problem = new LinearProblem(50, 2, 2);
        NoiseEstimator seen = NoiseEstimator.start(100_000);
        int[][] plans = {SHARES, {2, 2, 2, 58}, {100, 28}, {7, 1, 1, 1, 6}};
        for (int t = 0; t < 6000; t++) {
            int[] sizes = plans[t % plans.length];
            double[][] means = problem.step(sizes);
            seen = seen.next(LinearProblem.totals(sizes, means), LinearProblem.norm2(means[sizes.length]));
        }
        NoiseEstimate estimate = seen.estimate();
        assertThat(estimate.traceCovariance()).isCloseTo(251, within(8.0));
        assertThat(estimate.gradientNorm2()).isCloseTo(1, within(0.1));
        assertThat(estimate.scale()).isCloseTo(251, within(25.0));
    }

    @Test
    void per_sample_units_and_the_weighted_form_estimate_the_same() {
        LinearProblem problem = new LinearProblem(50, 2, 3);
        int[] ones = new int[64];
        java.util.Arrays.fill(ones, 1);
        double sum = 0;
        double weighted = 0;
        for (int t = 0; t < 400; t++) {
            double[][] means = problem.step(ones);
            double norm2 = LinearProblem.norm2(means[64]);
            sum += fresh().next(LinearProblem.totals(ones, means), norm2)
                    .estimate()
                    .traceCovariance();
            weighted += weighted(problem, new double[] {4, 8, 16, 36});
        }
        assertThat(sum / 400).isCloseTo(251, within(4.0));
        assertThat(weighted / 400).isCloseTo(251, within(15.0));
    }

    private static double weighted(LinearProblem problem, double[] weights) {
        double[][] means = problem.step(SHARES);
        double[] deviations = new double[4];
        for (int i = 0; i < 4; i++) deviations[i] = LinearProblem.distance2(means[i], means[4]);
        return NoiseScale.of(SHARES, deviations, weights, LinearProblem.norm2(means[4]))
                .traceCovariance();
    }

    @Test
    void the_form_without_a_second_pass_equals_the_one_with_deviations() {
        double[][] means = new LinearProblem(50, 2, 4).step(SHARES);
        double[] deviations = new double[4];
        double[] norms = new double[4];
        for (int i = 0; i < 4; i++) {
            deviations[i] = LinearProblem.distance2(means[i], means[4]);
            norms[i] = LinearProblem.norm2(means[i]);
        }
        double mean = LinearProblem.norm2(means[4]);
        NoiseEstimate twoPasses = NoiseScale.of(SHARES, deviations, new double[] {1, 1, 1, 1}, mean);
        NoiseEstimate onePass = NoiseScale.of(SHARES, norms, mean);
        assertThat(onePass.traceCovariance()).isCloseTo(twoPasses.traceCovariance(), within(1e-9));
        assertThat(onePass.gradientNorm2()).isCloseTo(twoPasses.gradientNorm2(), within(1e-10));
    }

    @Test
    void the_first_step_counts_fully_and_memory_is_counted_in_samples() {
        NoiseEstimator once = NoiseEstimator.start(1000).next(10, 100, 10, 1);
        assertThat(once.estimate().traceCovariance()).isCloseTo(10, within(1e-12));
        assertThat(once.estimate().gradientNorm2()).isCloseTo(0, within(1e-12));
        assertThat(once.estimate().samples()).isCloseTo(10, within(0.1));
        NoiseEstimator many = NoiseEstimator.start(1000);
        for (int i = 0; i < 100; i++) many = many.next(10, 100, 10, 1);
        NoiseEstimator few = NoiseEstimator.start(1000);
        for (int i = 0; i < 10; i++) few = few.next(100, 1000, 100, 1);
        assertThat(many.weight()).isCloseTo(few.weight(), within(1e-12));
    }

    @Test
    void a_step_that_says_nothing_changes_nothing() {
        NoiseEstimator before = NoiseEstimator.start(1000).next(10, 100, 10, 1);
        assertThat(before.next(10, 100, 1, 1)).isSameAs(before);
        assertThat(before.next(10, Double.NaN, 10, 1)).isSameAs(before);
        assertThat(before.next(10, 100, 10, Double.POSITIVE_INFINITY)).isSameAs(before);
        assertThat(fresh().estimate().isReliable()).isFalse();
    }

    @Test
    void it_survives_a_checkpoint_bit_by_bit() {
        NoiseEstimator before = NoiseEstimator.start(1000).next(10, 100, 10, 1);
        RecordCodec<NoiseEstimator> codec = RecordCodec.of(NoiseEstimator.class);
        assertThat(codec.decode(codec.encode(before))).isEqualTo(before);
    }

    private static NoiseEstimator fresh() {
        return NoiseEstimator.start(NoiseEstimator.DEFAULT_HORIZON);
    }
}
