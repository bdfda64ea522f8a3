package rubato.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import rubato.data.DenseDataset;
import rubato.data.Samples;
import rubato.data.Split;
import rubato.optim.Optimizer;
import rubato.optim.OptimizerSpec;
import rubato.optim.Optimizers;
import rubato.optim.Schedule;
import rubato.optim.ScheduleSpec;
import rubato.optim.Schedules;
import rubato.policy.LearningRateRule;
import rubato.policy.RateGuard;
import rubato.policy.RateProgress;
import rubato.random.Permutation;
import rubato.random.SplitMix;
import rubato.signal.NoiseEstimator;

/**
 * AdaScale on a perceptron 784-64-10 on MNIST: base batch 32, rate 0.1, cosine over 9375 steps of progress, S times the batch;
 * pixels standardized by (x − .1307)/.3081 and weights and biases drawn from ±1/√inputs, as PyTorch's examples have it.
 * Measured elsewhere with fairscale's estimator (seeds 1 and 2): S = 1 ends at an accuracy of .9746 and .9740; S = 8 takes 1524
 * and 1528 steps to .9752 and .9763, S = 32 takes 749 and 744 to .9759 and .9779. The linear rule ends at .94 and .20 there.
 */
@Tag("slow")
class AdaScaleOnMnistTest {
    private static final int BASE_BATCH = 32;
    private static final double RATE = 0.1;
    private static final int TOTAL = 9375;

    @TempDir
    static Path directory;

    private record Outcome(int steps, double accuracy) {}

    @ParameterizedTest
    @CsvSource({
        "1, 1, 9375, 0, 0.9743",
        "1, 2, 9375, 0, 0.9743",
        "8, 1, 1526, 200, 0.9757",
        "8, 2, 1526, 200, 0.9757",
        "32, 1, 747, 110, 0.9769",
        "32, 2, 747, 110, 0.9769"
    })
    void a_larger_batch_takes_as_many_steps_as_it_is_worth_and_ends_as_well(
            int scale, long seed, int steps, int within, double accuracy) {
        Outcome outcome = train("adascale", false, scale, seed);
        assertThat(outcome.steps()).as(outcome.toString()).isBetween(steps - within, steps + within);
        assertThat(outcome.accuracy()).isBetween(accuracy - 0.004, accuracy + 0.006);
    }

    /** What the guard takes for an edge costs steps: seen 1617 and 937 with seed 1. */
    @ParameterizedTest
    @CsvSource({"8, 1, 1526", "8, 2, 1526", "32, 1, 747", "32, 2, 747"})
    void the_guard_on_curvature_costs_at_most_a_third_more_steps_and_no_accuracy(int scale, long seed, int bare) {
        Outcome outcome = train("adascale", true, scale, seed);
        assertThat(outcome.steps()).as(outcome.toString()).isLessThan(bare * 4 / 3);
        assertThat(outcome.accuracy()).as(outcome.toString()).isGreaterThan(0.974);
    }

    @ParameterizedTest
    @CsvSource({"32, 1", "32, 2"})
    void the_linear_rule_fails_where_adascale_does_not(int scale, long seed) {
        assertThat(train("linear", false, scale, seed).accuracy()).isLessThan(0.5);
    }

    private static Split standardized(Split data) {
        return new Split(
                data.name(),
                new Standardized((DenseDataset) data.train()),
                new Standardized((DenseDataset) data.test()),
                data.fingerprint());
    }

    /** PyTorch's default for linear layers. */
    private static void initialize(Model model, float[] parameters, long seed) {
        SplitMix random = new SplitMix(seed);
        double bound = 0;
        for (Segment segment : model.segments()) {
            if (segment.shape().size() == 2)
                bound = 1 / Math.sqrt(segment.shape().get(0));
            for (int i = 0; i < segment.length(); i++)
                parameters[segment.offset() + i] = (float) (bound * (2 * random.nextDouble() - 1));
        }
    }

    private static Outcome train(String rule, boolean guarded, int scale, long seed) {
        Split data = standardized(RealSets.mnist(directory));
        Model model = Models.make(new ModelSpec("mlp", List.of(64), 1, true, "he"), data.train());
        LearningRateRule rates = LearningRateRule.of(rule, false);
        Schedule cosine = Schedules.make(new ScheduleSpec("cosine", 0, TOTAL, 0, List.of(), 1));
        Optimizer optimizer = Optimizers.make(
                new OptimizerSpec(
                        "sgd",
                        RATE,
                        0,
                        false,
                        0,
                        Double.POSITIVE_INFINITY,
                        0.9,
                        0.999,
                        1e-8,
                        new ScheduleSpec("constant", 0, 0, 0, List.of(), 1)),
                model.parameterCount());
        float[] parameters = new float[model.parameterCount()];
        initialize(model, parameters, seed);
        float[] gradient = new float[parameters.length];
        int batch = scale * BASE_BATCH;
        Epochs samples = new Epochs(data, seed);
        NoiseEstimator noise = NoiseEstimator.start(NoiseEstimator.DEFAULT_HORIZON);
        RateProgress progress = RateProgress.START;
        int steps = 0;
        for (; progress.steps() < TOTAL; steps++) {
            GradientResult result = model.gradient(parameters, samples.next(batch), 8, gradient, GradientSink.NONE);
            double norm2 = Kernels.scalar().squaredNorm(gradient, 0, gradient.length) / batch / batch;
            noise = noise.next(batch, result.squaredNorms(), result.units(), norm2);
            RateProgress.Step step = progress.step(rates, batch, BASE_BATCH, noise.estimate(), norm2);
            double asked = rates.gain(batch, BASE_BATCH, noise.estimate());
            double rate = RATE * cosine.factor(progress.steps()) * (guarded ? step.gain() : asked);
            optimizer.update(parameters, gradient, new Optimizer.Update(1.0 / batch, norm2, rate), (from, to) -> {});
            double worth = rates.progress(batch, BASE_BATCH, noise.estimate());
            progress = guarded ? step.after() : new RateProgress(progress.steps() + worth, RateGuard.START);
        }
        int[] all = java.util.stream.IntStream.range(0, data.test().size()).toArray();
        double correct = model.evaluate("test", parameters, new Samples(data.test(), all, 0, all.length))
                .correct();
        return new Outcome(steps, correct / all.length);
    }

    /** The training samples, shuffled anew every epoch; what does not fill a batch at an epoch's end is left out. */
    private static final class Epochs {
        private final Split data;
        private final long seed;
        private final int[] ids;
        private long epoch = -1;
        private int at;

        Epochs(Split data, long seed) {
            this.data = data;
            this.seed = seed;
            this.ids = new int[data.train().size()];
            this.at = ids.length;
        }

        Samples next(int count) {
            if (at + count > ids.length) shuffle();
            at += count;
            return new Samples(data.train(), ids, at - count, at);
        }

        private void shuffle() {
            Permutation order = Permutation.shuffled(ids.length, seed, ++epoch);
            for (int i = 0; i < ids.length; i++) ids[i] = order.sampleAt(i);
            at = 0;
        }
    }

    private record Standardized(DenseDataset pixels) implements DenseDataset {
        @Override
        public void copy(int sample, float[] into, int offset) {
            pixels.copy(sample, into, offset);
            for (int i = offset; i < offset + features(); i++) into[i] = (into[i] - 0.1307f) / 0.3081f;
        }

        @Override
        public ImageShape image() {
            return pixels.image();
        }

        @Override
        public int size() {
            return pixels.size();
        }

        @Override
        public int features() {
            return pixels.features();
        }

        @Override
        public int classes() {
            return pixels.classes();
        }

        @Override
        public int label(int sample) {
            return pixels.label(sample);
        }
    }
}
