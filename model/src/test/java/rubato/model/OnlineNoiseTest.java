package rubato.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import rubato.data.Dataset;
import rubato.data.Samples;
import rubato.plan.Shares;
import rubato.random.Permutation;
import rubato.signal.NoiseEstimator;

/** The noise scale as training estimates it, over one shuffled epoch at zero parameters, against the exact one (RealDataTest). */
class OnlineNoiseTest {
    private static final int BATCH = 100;
    private static final Shares UNEVEN = Shares.of(0.7, 0.2, 0.1);

    @TempDir
    static Path directory;

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void is_within_a_tenth_on_real_images(long seed) {
        assertNear(53.0967, RealSets.fashionMnist(directory).train(), "softmax", Shares.equal(2), seed);
        assertNear(53.0967, RealSets.fashionMnist(directory).train(), "softmax", UNEVEN, seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void is_within_a_tenth_on_mnist(long seed) {
        assertNear(72.7666, RealSets.mnist(directory).train(), "softmax", Shares.equal(2), seed);
        assertNear(72.7666, RealSets.mnist(directory).train(), "softmax", UNEVEN, seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void is_within_a_tenth_on_a9a(long seed) {
        assertNear(6.13289, RealSets.a9a(directory), "logistic", Shares.equal(2), seed);
        assertNear(6.13289, RealSets.a9a(directory), "logistic", UNEVEN, seed);
    }

    private static void assertNear(double exact, Dataset data, String kind, Shares shares, long seed) {
        double scale = epoch(data, kind, shares, seed, true).estimate().scale();
        System.out.println(kind + " " + shares.fractions() + " seed " + seed + ": " + scale + ", exact " + exact);
        assertThat(scale).isCloseTo(exact, within(0.1 * exact));
    }

    /** One unit per rank, of unequal size, is what the estimators for equal batches fail on: trΣ is 143.8585 here. */
    @Test
    void stays_unbiased_where_a_noise_unit_is_a_whole_ranks_part() {
        Dataset data = RealSets.fashionMnist(directory).train();
        double sum = 0;
        for (long seed = 1; seed <= 4; seed++)
            sum += epoch(data, "softmax", UNEVEN, seed, false).estimate().traceCovariance();
        System.out.println("trace, one unit per rank of " + UNEVEN.fractions() + ": " + sum / 4);
        assertThat(sum / 4).isCloseTo(143.8585, within(0.1 * 143.8585));
    }

    private static NoiseEstimator epoch(Dataset data, String kind, Shares shares, long seed, boolean perSample) {
        Model model = RealSets.linear(kind, data);
        Permutation order = Permutation.shuffled(data.size(), seed, 0);
        int[] ids = new int[data.size()];
        for (int i = 0; i < ids.length; i++) ids[i] = order.sampleAt(i);
        NoiseEstimator noise = NoiseEstimator.start(NoiseEstimator.DEFAULT_HORIZON);
        for (int from = 0; from + BATCH <= ids.length; from += BATCH)
            noise = step(model, new Samples(data, ids, from, from + BATCH), shares, noise, perSample);
        return noise;
    }

    /** One step of ranks that each compute their share; their sums are added as the collective adds them. */
    private static NoiseEstimator step(
            Model model, Samples batch, Shares shares, NoiseEstimator noise, boolean perSample) {
        float[] zeros = new float[model.parameterCount()];
        float[] own = new float[zeros.length];
        float[] sum = new float[zeros.length];
        double norms = 0;
        long units = 0;
        int from = batch.from();
        for (int count : shares.counts(BATCH)) {
            Samples part = new Samples(batch.data(), batch.ids(), from, from + count);
            GradientResult result = model.gradient(zeros, part, 8, own, GradientSink.NONE);
            norms += perSample ? result.squaredNorms() : squaredNorm(own) / count;
            units += perSample ? result.units() : 1;
            Kernels.scalar().add(sum, 0, own, 0, sum.length);
            from += count;
        }
        return noise.next(BATCH, norms, units, squaredNorm(sum) / BATCH / BATCH);
    }

    private static double squaredNorm(float[] v) {
        return Kernels.scalar().squaredNorm(v, 0, v.length);
    }
}
