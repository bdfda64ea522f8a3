package rubato.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import rubato.error.RubatoException;

class ExactNoiseTest {
    private static final ArrayDense DATA = ArrayDense.random(400, 6, 3, 21);

    @Test
    void is_the_population_trace_over_the_squared_mean() {
        Model model = Models.make(new ModelSpec("softmax", List.of(), 8, true, "zeros"), DATA);
        ExactNoise noise = ExactNoise.measure(model, new float[model.parameterCount()], DATA);
        double[] mean = new double[21];
        double norms = 0;
        for (int i = 0; i < DATA.size(); i++) {
            for (int f = 0; f <= 6; f++) {
                double x = f < 6 ? DATA.rows()[i][f] : 1;
                for (int c = 0; c < 3; c++) {
                    double g = x * (1.0 / 3 - (DATA.label(i) == c ? 1 : 0));
                    mean[f * 3 + c] += g / DATA.size();
                    norms += g * g / DATA.size();
                }
            }
        }
        double squares = 0;
        for (double m : mean) squares += m * m;
        assertThat(noise.n()).isEqualTo(400);
        assertThat(noise.gradientNorm2()).isCloseTo(squares, within(squares * 1e-5));
        assertThat(noise.traceCovariance()).isCloseTo(norms - squares, within(norms * 1e-6));
        assertThat(noise.noiseScale()).isCloseTo((norms - squares) / squares, within(1e-5 * norms / squares));
    }

    @Test
    void a_gradient_that_is_not_finite_is_an_error() {
        Model model = Models.make(new ModelSpec("softmax", List.of(), 8, true, "zeros"), DATA);
        float[] parameters = new float[model.parameterCount()];
        parameters[0] = Float.NaN;
        assertThatThrownBy(() -> ExactNoise.measure(model, parameters, DATA)).isInstanceOf(RubatoException.class);
    }
}
