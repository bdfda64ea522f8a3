package rubato.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoodputTest {
    private static final PerformanceModel TIME = new PerformanceModel(.121, .00568, .0236, .00634, .0118, .00317, 1.14);
    private static final int BASE = 128;
    private static final Goodput.Bounds BOUNDS = new Goodput.Bounds(1280, 64, 256);

    @ParameterizedTest
    @CsvSource({
        "1, 1, 151.5415, 239, 1",
        "1, 2, 302.0082, 239, 0",
        "1, 4, 561.6190, 172, 0",
        "2, 8, 988.3859, 136, 0",
        "4, 16, 1607.0880, 80, 0"
    })
    void much_noise_makes_large_batches_pay(int nodes, int replicas, double goodput, int perReplica, int accumulation) {
        Goodput.Choice best = new Goodput(TIME, 40.0 / 1 * BASE, BASE).best(nodes, replicas, BASE, BOUNDS);
        assertThat(best.goodput()).isCloseTo(goodput, within(5.1e-5));
        assertThat(best.perReplica()).isEqualTo(perReplica);
        assertThat(best.accumulation()).isEqualTo(accumulation);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 150.9363", "1, 2, 260.8690", "1, 4, 299.1455", "2, 8, 305.7172", "4, 16, 297.0319"})
    void little_noise_keeps_batches_small(int nodes, int replicas, double goodput) {
        Goodput.Choice best = new Goodput(TIME, .000502 / .00136 * BASE, BASE).best(nodes, replicas, BASE, BOUNDS);
        assertThat(best.goodput()).isCloseTo(goodput, within(5.1e-5));
        assertThat(best.batch()).isEqualTo(Math.max(BASE, 64L * replicas));
    }

    @Test
    void a_batch_below_the_base_is_worth_more_per_sample() {
        Goodput goodput = new Goodput(TIME, 50, BASE);
        assertThat(goodput.efficiency(BASE)).isEqualTo(1);
        assertThat(goodput.efficiency(64)).isCloseTo(178.0 / 114, within(1e-12));
        assertThat(goodput.best(1, 1, 8, new Goodput.Bounds(1280, 8, 256)).batch())
                .isLessThan(BASE);
    }
}
