package rubato.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import rubato.random.SplitMix;

class PerformanceFitTest {
    private static final PerformanceModel TRUE = new PerformanceModel(.121, .00568, .0236, .00634, .0118, .00317, 1.14);

    private static PerformanceFit.Sample measured(int nodes, int replicas, int m, double error) {
        return new PerformanceFit.Sample(
                nodes, replicas, m, TRUE.gradientSeconds(m) * error, TRUE.stepSeconds(nodes, replicas, m, 0) * error);
    }

    @Test
    void steps_of_a_known_model_are_predicted_again() {
        List<PerformanceFit.Sample> samples = new ArrayList<>();
        SplitMix random = new SplitMix(1);
        int[][] placements = {{1, 1}, {1, 2}, {1, 4}, {2, 4}, {2, 8}, {4, 16}};
        for (int[] at : placements)
            for (int m = 32; m <= 512; m *= 2) samples.add(measured(at[0], at[1], m, 1 + 0.01 * random.nextGaussian()));
        PerformanceModel fitted = PerformanceFit.of(samples);
        for (int[] at : placements) {
            double expected = TRUE.stepSeconds(at[0], at[1], 100, 0);
            assertThat(fitted.stepSeconds(at[0], at[1], 100, 0))
                    .as("seed 1, " + fitted)
                    .isCloseTo(expected, within(0.03 * expected));
        }
        assertThat(fitted.betaC()).as("seed 1").isCloseTo(.00568, within(.0003));
    }

    @Test
    void what_was_never_seen_is_taken_optimistically() {
        PerformanceModel fitted = PerformanceFit.of(List.of(measured(1, 1, 64, 1)));
        assertThat(fitted.alphaC()).isCloseTo(TRUE.gradientSeconds(64) / 2, within(1e-12));
        assertThat(fitted.gradientSeconds(64)).isCloseTo(TRUE.gradientSeconds(64), within(1e-3));
        assertThat(fitted.alphaN()).isEqualTo(1e-8);
        assertThat(fitted.betaR()).isEqualTo(1e-8);
    }

    @Test
    void the_same_samples_give_the_same_bits() {
        List<PerformanceFit.Sample> samples = List.of(measured(1, 1, 64, 1), measured(1, 2, 128, 1.1));
        assertThat(PerformanceFit.of(samples)).isEqualTo(PerformanceFit.of(samples));
    }
}
