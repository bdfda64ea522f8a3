package rubato.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
class DjlCnnTest {
    private final RandomImages data = RandomImages.like28(64);

    @BeforeAll
    static void natives() {
        Natives.load();
    }

    private Model model() {
        return new DjlModelProvider().make(new ModelSpec("djl-cnn", List.of(), 0, true, "he"), data);
    }

    @Test
    void it_has_two_convolutions_and_two_dense_layers() {
        try (Model model = model()) {
            assertThat(model.segments())
                    .extracting(Segment::shape)
                    .containsExactly(
                            List.of(16, 1, 5, 5),
                            List.of(16),
                            List.of(32, 16, 5, 5),
                            List.of(32),
                            List.of(128, 512),
                            List.of(128),
                            List.of(10, 128),
                            List.of(10));
        }
    }

    @Test
    void the_gradient_agrees_with_differences_of_the_loss() {
        try (Model model = model()) {
            float[] parameters = new float[model.parameterCount()];
            float[] gradient = new float[parameters.length];
            model.initialize(parameters, 3);
            Samples few = new Samples(data, data.all().ids(), 0, 16);
            model.gradient(parameters, few, 5, gradient, GradientSink.NONE);
            for (Segment segment : model.segments()) {
                int at = largest(gradient, segment);
                float before = parameters[at];
                float step = 1e-2f;
                parameters[at] = before + step;
                double above = model.evaluate("few", parameters, few).lossSum();
                parameters[at] = before - step;
                double below = model.evaluate("few", parameters, few).lossSum();
                parameters[at] = before;
                double slope = (above - below) / (2 * step);
                assertThat(slope).as(segment.name()).isCloseTo(gradient[at], within(0.03 * Math.abs(slope) + 1e-2));
            }
        }
    }

    @Test
    void gradient_descent_learns_the_classes() {
        try (Model model = model()) {
            float[] parameters = new float[model.parameterCount()];
            float[] gradient = new float[parameters.length];
            model.initialize(parameters, 3);
            GradientResult last = model.gradient(parameters, data.all(), 32, gradient, GradientSink.NONE);
            double first = last.lossSum();
            for (int step = 0; step < 40; step++) {
                for (int i = 0; i < gradient.length; i++) parameters[i] -= 0.05f * gradient[i] / 64;
                last = model.gradient(parameters, data.all(), 32, gradient, GradientSink.NONE);
            }
            assertThat(last.lossSum()).isLessThan(first / 2);
        }
    }

    private static int largest(float[] gradient, Segment segment) {
        int best = segment.offset();
        for (int i = best; i < segment.offset() + segment.length(); i++) {
            if (Math.abs(gradient[i]) > Math.abs(gradient[best])) best = i;
        }
        return best;
    }
}
