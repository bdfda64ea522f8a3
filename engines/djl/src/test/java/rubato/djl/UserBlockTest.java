package rubato.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import rubato.data.Samples;
import rubato.error.RubatoException;
import rubato.model.GradientResult;
import rubato.model.GradientSink;
import rubato.model.Model;
import rubato.model.ModelSpec;
import rubato.model.Segment;

@Tag("slow")
class UserBlockTest {
    private final RandomImages data = RandomImages.flat(50, 20, 4);

    @BeforeAll
    static void natives() {
        Natives.load();
    }

    private Model model(Class<?> type) {
        return new DjlModelProvider().make(new ModelSpec(type.getName(), List.of(), 0, true, "he"), data);
    }

    @Test
    void autograd_agrees_with_float64_over_any_micro_batches() {
        try (Model model = model(OneHidden.class)) {
            float[] parameters = new float[model.parameterCount()];
            float[] gradient = new float[model.parameterCount()];
            model.initialize(parameters, 3);
            MlpReference exact = new MlpReference(13, parameters.length);
            exact.add(parameters, data.all());

            for (int microBatch : new int[] {1, 8, 50, 64}) {
                GradientResult result = model.gradient(parameters, data.all(), microBatch, gradient, GradientSink.NONE);
                assertThat(result.lossSum()).isCloseTo(exact.lossSum, within(1e-4));
                for (int i = 0; i < gradient.length; i++) {
                    assertThat((double) gradient[i]).as("gradient %d", i).isCloseTo(exact.gradient[i], within(2e-5));
                }
            }
        }
    }

    @Test
    void every_micro_batch_is_a_noise_unit_and_the_last_may_be_smaller() {
        try (Model model = model(OneHidden.class)) {
            float[] parameters = new float[model.parameterCount()];
            model.initialize(parameters, 3);
            double expected = 0;
            for (int from = 0; from < 50; from += 8) {
                int to = Math.min(50, from + 8);
                MlpReference unit = new MlpReference(13, parameters.length);
                unit.add(parameters, new Samples(data, data.all().ids(), from, to));
                expected += unit.squaredNorm() / (to - from);
            }

            GradientResult result =
                    model.gradient(parameters, data.all(), 8, new float[parameters.length], GradientSink.NONE);

            assertThat(result.units()).isEqualTo(7);
            assertThat(result.squaredNorms()).isCloseTo(expected, within(1e-5 * expected));
        }
    }

    @Test
    void dropout_draws_the_same_for_the_same_samples() {
        float[][] gradients = new float[2][];
        for (int run = 0; run < 2; run++) {
            try (Model model = model(WithDropout.class)) {
                float[] parameters = new float[model.parameterCount()];
                gradients[run] = new float[parameters.length];
                model.initialize(parameters, 3);
                for (int calls = 0; calls <= run; calls++)
                    model.gradient(parameters, data.all(), 16, gradients[run], GradientSink.NONE);
            }
        }
        assertThat(gradients[1]).isEqualTo(gradients[0]);
    }

    @Test
    void gains_of_a_normalization_start_at_one() {
        try (Model model = model(WithDropout.class)) {
            float[] parameters = new float[model.parameterCount()];
            model.initialize(parameters, 3);
            Segment gain = model.segments().get(2);
            assertThat(gain.shape()).containsExactly(30);
            assertThat(parameters[gain.offset()]).isEqualTo(1f);
            assertThat(parameters[gain.offset() + 30]).isEqualTo(0f);
        }
    }

    @Test
    void a_block_with_running_statistics_is_refused() {
        assertThatThrownBy(() -> model(WithBatchNorm.class))
                .isInstanceOfSatisfying(
                        RubatoException.class, e -> assertThat(e.kind()).isEqualTo(RubatoException.Kind.USAGE))
                .hasMessageContaining("running statistic");
    }

    @Test
    void a_block_with_the_wrong_number_of_outputs_is_refused() {
        RandomImages five = RandomImages.flat(50, 20, 5);
        ModelSpec spec = new ModelSpec(OneHidden.class.getName(), List.of(), 0, true, "he");
        assertThatThrownBy(() -> new DjlModelProvider().make(spec, five)).hasMessageContaining("it must give (2, 5)");
    }
}
