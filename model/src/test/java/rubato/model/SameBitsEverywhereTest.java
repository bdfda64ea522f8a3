package rubato.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Written down once; every JDK and machine must find the same bits. */
class SameBitsEverywhereTest {
    private static final Map<String, Long> RECORDED = Map.ofEntries(
            Map.entry("fm[] with bias", -3146773227939317729L),
            Map.entry("fm[] without bias", -4050654646298107445L),
            Map.entry("logistic[] with bias", -9176672940911142342L),
            Map.entry("logistic[] without bias", -6065155967357427605L),
            Map.entry("mlp[6, 17, 5] with bias", 1815283608271638843L),
            Map.entry("mlp[6, 17, 5] without bias", -4195289704120610665L),
            Map.entry("mlp[9] with bias", -3509537965752985565L),
            Map.entry("mlp[9] without bias", 3834554730448549902L),
            Map.entry("softmax[] with bias", 5233208698978977625L),
            Map.entry("softmax[] without bias", -2709193609545889059L));

    @Test
    void gradients_after_five_steps_have_the_recorded_hashes() {
        Map<String, Long> found = new LinkedHashMap<>();
        for (Case test : Case.all()) found.put(test.name(), trained(test));
        assertThat(found).isEqualTo(RECORDED);
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
