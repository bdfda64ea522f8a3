package rubato.observe.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ScaleTest {
    @Test
    void ticks_are_round_few_and_inside_whatever_the_values() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 2000; i++) {
            double low = random.nextDouble(-1, 1) * Math.pow(10, random.nextInt(-8, 9));
            double high = low + random.nextDouble() * Math.pow(10, random.nextInt(-8, 9));
            check(Scale.linear(low, high), low, high, seed);
            if (low > 0) check(Scale.logarithmic(low, high), low, high, seed);
        }
    }

    private static void check(Scale scale, double low, double high, long seed) {
        assertThat(scale.ticks())
                .as("seed %d: %s", seed, scale)
                .hasSizeBetween(1, 12)
                .allMatch(t -> t >= scale.low() - 1e-6 * Math.abs(scale.low())
                        && t <= scale.high() + 1e-6 * Math.abs(scale.high()));
        assertThat(scale.position(low)).isBetween(0.0, 1.0);
        assertThat(scale.position(high)).isGreaterThanOrEqualTo(scale.position(low));
    }

    @Test
    void zero_is_written_without_a_sign() {
        assertThat(Scale.linear(0, 4000).ticks().stream().map(Format.COUNT::tick))
                .containsExactly("0", "1k", "2k", "3k", "4k");
    }

    @Test
    void one_value_alone_has_an_axis_and_no_value_too() {
        assertThat(Scale.linear(0, 0).position(0)).isZero();
        assertThat(Scale.linear(5, 5).position(5)).isBetween(0.1, 0.9);
        assertThat(Scale.logarithmic(64, 64).position(64)).isBetween(0.4, 0.6);
        assertThat(Scale.linear(Double.NaN, Double.NaN).ticks()).isNotEmpty();
        assertThat(Scale.logarithmic(Double.NaN, Double.NaN).ticks()).isNotEmpty();
    }

    @Test
    void a_logarithmic_axis_gives_equal_room_to_equal_ratios() {
        Scale scale = Scale.logarithmic(10, 1000);

        double lower = scale.position(100) - scale.position(10);
        double upper = scale.position(1000) - scale.position(100);
        assertThat(lower).isCloseTo(upper, org.assertj.core.data.Offset.offset(1e-9));
    }

    @Test
    void figures_have_three_digits_and_a_unit() {
        assertThat(List.of(0.0, 0.00005, 0.0015, 0.5, 12.34, 999.6, 12_345.0, -4.56e6))
                .extracting(Figures::compact)
                .containsExactly("0", "5e-5", "0.0015", "0.5", "12.3", "1k", "12.3k", "-4.56M");
    }

    @Test
    void durations_are_for_people() {
        assertThat(List.of(0.035, 4.24, 65.0, 7400.0))
                .extracting(Figures::duration)
                .containsExactly("35 ms", "4.2 s", "1m 05s", "2h 03m");
        assertThat(Figures.duration(Double.NaN)).isEqualTo("-");
    }
}
