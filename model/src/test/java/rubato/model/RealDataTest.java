package rubato.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rubato.data.Dataset;
import rubato.data.Samples;
import rubato.data.Split;
import rubato.step.Evaluation;

/** Compared with numpy in float64, on real data where this machine has it. */
class RealDataTest {
    @TempDir
    static Path directory;

    private static void check(ExactNoise noise, long n, double gradientNorm2, double trace, double scale) {
        assertThat(noise.n()).isEqualTo(n);
        assertThat(noise.gradientNorm2()).isCloseTo(gradientNorm2, within(1e-5 * gradientNorm2));
        assertThat(noise.traceCovariance()).isCloseTo(trace, within(1e-5 * trace));
        assertThat(noise.noiseScale()).isCloseTo(scale, within(1e-5 * scale));
    }

    @Test
    void the_noise_scale_of_softmax_on_fashion_mnist_is_the_exact_one() {
        Dataset train = RealSets.fashionMnist(directory).train();
        Model model = RealSets.linear("softmax", train);
        ExactNoise noise = ExactNoise.measure(model, new float[model.parameterCount()], train);
        check(noise, 60_000, 2.709365116068443, 143.85846702856824, 53.09674439055343);
    }

    @Test
    void the_noise_scale_of_softmax_on_mnist_is_the_exact_one() {
        Dataset train = RealSets.mnist(directory).train();
        Model model = RealSets.linear("softmax", train);
        ExactNoise noise = ExactNoise.measure(model, new float[model.parameterCount()], train);
        check(noise, 60_000, 1.083539306017229, 78.84548033573596, 72.7666083711801);
    }

    @Test
    void the_noise_scale_of_logistic_regression_on_a9a_is_the_exact_one() {
        Dataset train = RealSets.a9a(directory);
        Model model = RealSets.linear("logistic", train);
        ExactNoise noise = ExactNoise.measure(model, new float[model.parameterCount()], train);
        check(noise, 32_561, 0.521145800678613, 3.196131002859362, 6.132892174699482);
    }

    /** Batch 256, rate 0.1, zero start, the last batch with its own mean. */
    @Test
    void softmax_after_one_epoch_in_file_order_has_the_loss_of_a_float64_run() {
        Split data = RealSets.fashionMnist(directory);
        Model model = RealSets.linear("softmax", data.train());
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
