package rubato.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import rubato.data.Dataset;
import rubato.data.Samples;

class SoftmaxTest {
    private static final ArrayDense DATA = ArrayDense.random(300, 13, 10, 7);
    private static final int[] ALL = IntStream.range(0, 300).toArray();

    private static Model softmax(Dataset data, boolean bias) {
        return Models.make(new ModelSpec("softmax", List.of(), 8, bias, "he"), data);
    }

    private static float[] start(Model model) {
        float[] parameters = new float[model.parameterCount()];
        model.initialize(parameters, 3);
        return parameters;
    }

    @Test
    void the_gradient_is_the_slope_of_the_loss() {
        for (boolean bias : new boolean[] {true, false}) {
            Model model = softmax(DATA, bias);
            float[] parameters = start(model);
            float[] gradient = new float[parameters.length];
            Samples samples = new Samples(DATA, ALL, 5, 150);
            GradientResult result = model.gradient(parameters, samples, 8, gradient, GradientSink.NONE);
            Reference.Loss loss = Reference.feedForward(List.of(13, 10), bias);
            double[] slope = Reference.gradient(loss, parameters, DATA, samples);
            for (int i = 0; i < slope.length; i++)
                assertThat((double) gradient[i]).isCloseTo(slope[i], within(2e-4));
            assertThat(result.lossSum())
                    .isCloseTo(Reference.sum(loss, Reference.widened(parameters), DATA, samples), within(1e-4));
            assertThat(result.samples()).isEqualTo(145);
        }
    }

    @Test
    void loss_at_zero_is_the_logarithm_of_the_class_count_and_ties_go_to_the_lowest_class() {
        Model model = softmax(DATA, true);
        Samples samples = new Samples(DATA, ALL, 0, 300);
        var evaluation = model.evaluate("train", new float[model.parameterCount()], samples);
        assertThat(evaluation.loss()).isCloseTo(Math.log(10), within(1e-12));
        assertThat(evaluation.correct())
                .isEqualTo(
                        IntStream.of(DATA.labels()).filter(label -> label == 0).count());
    }

    @Test
    void squared_norms_are_those_of_one_sample_gradients() {
        for (boolean bias : new boolean[] {true, false}) {
            Model model = softmax(DATA, bias);
            float[] parameters = start(model);
            float[] gradient = new float[parameters.length];
            double expected = 0;
            for (int i = 0; i < 40; i++) {
                model.gradient(parameters, new Samples(DATA, ALL, i, i + 1), 8, gradient, GradientSink.NONE);
                for (float g : gradient) expected += (double) g * g;
            }
            GradientResult result =
                    model.gradient(parameters, new Samples(DATA, ALL, 0, 40), 8, gradient, GradientSink.NONE);
            assertThat(result.squaredNorms()).isCloseTo(expected, within(expected * 1e-6));
            assertThat(result.units()).isEqualTo(40);
        }
    }

    @Test
    void sparse_samples_give_the_same_bits_as_dense_ones() {
        Model dense = softmax(DATA, true);
        ArraySparse sparseData = new ArraySparse(DATA);
        Model sparse = softmax(sparseData, true);
        float[] parameters = start(dense);
        float[] one = new float[parameters.length];
        float[] other = new float[parameters.length];
        GradientResult first = dense.gradient(parameters, new Samples(DATA, ALL, 0, 100), 8, one, GradientSink.NONE);
        GradientResult second =
                sparse.gradient(parameters, new Samples(sparseData, ALL, 0, 100), 8, other, GradientSink.NONE);
        assertThat(other).isEqualTo(one);
        assertThat(second.lossSum()).isEqualTo(first.lossSum());
        assertThat(second.squaredNorms()).isCloseTo(first.squaredNorms(), within(1e-9));
    }

    @Test
    void a_parameter_that_is_not_a_number_is_reported() {
        Model model = softmax(DATA, true);
        float[] parameters = start(model);
        parameters[4] = Float.NaN;
        float[] gradient = new float[parameters.length];
        assertThat(model.gradient(parameters, new Samples(DATA, ALL, 0, 10), 8, gradient, GradientSink.NONE)
                        .finite())
                .isFalse();
    }
}
