package rubato.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import rubato.data.Samples;
import rubato.model.GradientResult;
import rubato.model.GradientSink;
import rubato.model.Model;
import rubato.model.ModelSpec;
import rubato.model.Segment;

@Tag("slow")
class DjlMlpTest {
    private static final ModelSpec SPEC = new ModelSpec("djl-mlp", List.of(13), 0, true, "he");
    private final RandomImages data = RandomImages.flat(50, 20, 4);

    @BeforeAll
    static void natives() {
        Natives.load();
    }

    private Model model() {
        return new DjlModelProvider().make(SPEC, data);
    }

    @Test
    void the_summed_gradient_and_loss_agree_with_float64() {
        try (Model model = model()) {
            float[] parameters = new float[model.parameterCount()];
            float[] gradient = new float[model.parameterCount()];
            model.initialize(parameters, 3);
            MlpReference exact = new MlpReference(13, parameters.length);
            exact.add(parameters, data.all());

            GradientResult result = model.gradient(parameters, data.all(), 8, gradient, GradientSink.NONE);

            assertThat(result.lossSum()).isCloseTo(exact.lossSum, within(1e-4));
            for (int i = 0; i < gradient.length; i++) {
                assertThat((double) gradient[i]).as("gradient %d", i).isCloseTo(exact.gradient[i], within(2e-5));
            }
        }
    }

    @Test
    void every_sample_is_a_noise_unit_with_its_exact_squared_norm() {
        try (Model model = model()) {
            float[] parameters = new float[model.parameterCount()];
            model.initialize(parameters, 3);
            double expected = 0;
            for (int i = 0; i < 50; i++) {
                MlpReference sample = new MlpReference(13, parameters.length);
                sample.add(parameters, new Samples(data, data.all().ids(), i, i + 1));
                expected += sample.squaredNorm();
            }

            GradientResult result =
                    model.gradient(parameters, data.all(), 8, new float[parameters.length], GradientSink.NONE);

            assertThat(result.units()).isEqualTo(50);
            assertThat(result.samples()).isEqualTo(50);
            assertThat(result.squaredNorms()).isCloseTo(expected, within(1e-5 * expected));
            assertThat(result.finite()).isTrue();
        }
    }

    @Test
    void more_samples_than_one_pass_holds_are_summed_over_passes() {
        RandomImages many = RandomImages.flat(1100, 20, 4);
        try (Model model = new DjlModelProvider().make(SPEC, many)) {
            float[] parameters = new float[model.parameterCount()];
            float[] gradient = new float[parameters.length];
            model.initialize(parameters, 3);
            MlpReference exact = new MlpReference(13, parameters.length);
            exact.add(parameters, many.all());

            GradientResult result = model.gradient(parameters, many.all(), 8, gradient, GradientSink.NONE);

            assertThat(result.lossSum()).isCloseTo(exact.lossSum, within(1e-3));
            for (int i = 0; i < gradient.length; i++) {
                assertThat((double) gradient[i]).as("gradient %d", i).isCloseTo(exact.gradient[i], within(3e-4));
            }
        }
    }

    @Test
    void the_same_arguments_give_the_same_bits_in_a_fresh_model() {
        float[][] gradients = new float[2][];
        for (int run = 0; run < 2; run++) {
            try (Model model = model()) {
                float[] parameters = new float[model.parameterCount()];
                model.initialize(parameters, 3);
                gradients[run] = new float[parameters.length];
                for (int calls = 0; calls <= run; calls++)
                    model.gradient(parameters, data.all(), 16, gradients[run], GradientSink.NONE);
            }
        }
        assertThat(gradients[1]).isEqualTo(gradients[0]);
    }

    @Test
    void segments_are_named_by_position_and_each_is_reported_once() {
        try (Model model = model()) {
            List<Segment> reported = new ArrayList<>();
            float[] parameters = new float[model.parameterCount()];
            model.gradient(parameters, data.all(), 50, new float[parameters.length], reported::add);

            assertThat(model.segments())
                    .extracting(Segment::name)
                    .containsExactly("00.weight", "01.bias", "02.weight", "03.bias");
            assertThat(model.segments())
                    .extracting(Segment::shape)
                    .containsExactly(List.of(13, 20), List.of(13), List.of(4, 13), List.of(4));
            assertThat(reported).containsExactlyInAnyOrderElementsOf(model.segments());
        }
    }

    @Test
    void plain_gradient_descent_learns_the_classes() {
        try (Model model = model()) {
            float[] parameters = new float[model.parameterCount()];
            float[] gradient = new float[parameters.length];
            model.initialize(parameters, 3);
            for (int step = 0; step < 150; step++) {
                model.gradient(parameters, data.all(), 25, gradient, GradientSink.NONE);
                for (int i = 0; i < gradient.length; i++) parameters[i] -= 0.5f * gradient[i] / 50;
            }
            assertThat(model.evaluate("train", parameters, data.all()).accuracy())
                    .isGreaterThan(0.95);
            float[] probabilities = model.predict(parameters, new Samples(data, new int[] {4}, 0, 1));
            assertThat(probabilities[data.label(4)]).isGreaterThan(0.5f);
            double sum = 0;
            for (float probability : probabilities) sum += probability;
            assertThat(sum).isCloseTo(1, within(1e-6));
        }
    }

    @Test
    void a_gradient_that_is_not_finite_is_reported() {
        try (Model model = model()) {
            float[] parameters = new float[model.parameterCount()];
            parameters[0] = Float.NaN;
            GradientResult result =
                    model.gradient(parameters, data.all(), 8, new float[parameters.length], GradientSink.NONE);
            assertThat(result.finite()).isFalse();
        }
    }

    @Test
    void equal_scores_count_for_the_lowest_class() {
        try (Model model = model()) {
            float[] zeros = new float[model.parameterCount()];
            long lowest = 0;
            for (int i = 0; i < data.size(); i++) if (data.label(i) == 0) lowest++;
            assertThat(model.evaluate("train", zeros, data.all()).correct()).isEqualTo(lowest);
        }
    }
}
