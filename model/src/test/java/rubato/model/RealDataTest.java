package rubato.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rubato.data.Catalog;
import rubato.data.DataSets;
import rubato.data.DataSpec;
import rubato.data.Dataset;
import rubato.data.Samples;
import rubato.data.Split;
import rubato.step.Evaluation;

/** Compared with numpy in float64, on real data where this machine has it. */
class RealDataTest {
    private static final Path DEBIAN = Path.of("/usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz");
    /** The LIBSVM project's a9a, training file. */
    private static final Path A9A = Path.of(System.getProperty("rubato.test.a9a", "../../shared/data/a9a/a9a"));

    @TempDir
    static Path directory;

    private static Split fashionMnist() {
        assumeTrue(Files.exists(DEBIAN), "SKIPPED: Debian's package dataset-fashion-mnist is not installed");
        return DataSets.open(Catalog.get("fashion-mnist", directory, line -> {}), directory.resolve("cache"));
    }

    private static Model model(String kind, Dataset data) {
        return Models.make(new ModelSpec(kind, List.of(), 1, true, "zeros"), data);
    }

    private static void check(ExactNoise noise, long n, double gradientNorm2, double trace, double scale) {
        assertThat(noise.n()).isEqualTo(n);
        assertThat(noise.gradientNorm2()).isCloseTo(gradientNorm2, within(1e-5 * gradientNorm2));
        assertThat(noise.traceCovariance()).isCloseTo(trace, within(1e-5 * trace));
        assertThat(noise.noiseScale()).isCloseTo(scale, within(1e-5 * scale));
    }

    @Test
    void the_noise_scale_of_softmax_on_fashion_mnist_is_the_exact_one() {
        Dataset train = fashionMnist().train();
        Model model = model("softmax", train);
        ExactNoise noise = ExactNoise.measure(model, new float[model.parameterCount()], train);
        check(noise, 60_000, 2.709365116068443, 143.85846702856824, 53.09674439055343);
    }

    @Test
    void the_noise_scale_of_logistic_regression_on_a9a_is_the_exact_one() {
        assumeTrue(Files.exists(A9A), "SKIPPED: a9a is not there; name it by -Drubato.test.a9a=FILE");
        DataSpec spec = DataSpec.libsvm(A9A.toString(), A9A.toString());
        Dataset train = DataSets.open(spec, directory.resolve("cache")).train();
        Model model = model("logistic", train);
        ExactNoise noise = ExactNoise.measure(model, new float[model.parameterCount()], train);
        check(noise, 32_561, 0.521145800678613, 3.196131002859362, 6.132892174699482);
    }

    /** Batch 256, rate 0.1, zero start, the last batch with its own mean. */
    @Test
    void softmax_after_one_epoch_in_file_order_has_the_loss_of_a_float64_run() {
        Split data = fashionMnist();
        Model model = model("softmax", data.train());
        float[] parameters = new float[model.parameterCount()];
        float[] gradient = new float[parameters.length];
        int[] ids = IntStream.range(0, 60_000).toArray();
        for (int from = 0; from < 60_000; from += 256) {
            Samples batch = new Samples(data.train(), ids, from, Math.min(from + 256, 60_000));
            model.gradient(parameters, batch, 8, gradient, GradientSink.NONE);
            for (int i = 0; i < gradient.length; i++) parameters[i] -= 0.1f * (gradient[i] / batch.count());
        }
        Evaluation train = model.evaluate("train", parameters, new Samples(data.train(), ids, 0, 60_000));
        Evaluation test = model.evaluate("test", parameters, new Samples(data.test(), ids, 0, 10_000));
        assertThat(train.loss()).isCloseTo(0.6114345272736058, within(2e-6));
        assertThat(test.loss()).isCloseTo(0.6333436878190444, within(2e-6));
        assertThat(train.correct()).isBetween(47_940L, 47_946L);
        assertThat(test.correct()).isBetween(7_854L, 7_856L);
    }
}
