package rubato.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Written down once; every JDK and machine must find the same bits. */
class SameBitsEverywhereTest {
    @Test
    void gradients_after_five_steps_have_the_recorded_hashes() {
        Map<String, Long> found = new LinkedHashMap<>();
        for (Case test : Case.all()) found.put(test.name(), trained(test));
        assertThat(found).isEqualTo(Map.of());
    }

    private static long trained(Case test) {
        Model model = test.model();
        float[] parameters = new float[model.parameterCount()];
        float[] gradient = new float[parameters.length];
        model.initialize(parameters, 42);
        long hash = 0;
        for (int step = 0; step < 5; step++) {
            GradientResult result = model.gradient(
                    parameters, test.samples(step * 10, step * 10 + 200), 8, gradient, GradientSink.NONE);
            for (int i = 0; i < gradient.length; i++) parameters[i] -= 0.001f * gradient[i];
            hash = hash * 31 + Double.doubleToLongBits(result.lossSum());
            hash = hash * 31 + Double.doubleToLongBits(result.squaredNorms());
        }
        return StateHash.of(hash, parameters, 0, parameters.length);
    }
}
