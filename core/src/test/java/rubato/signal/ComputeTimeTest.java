package rubato.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import rubato.codec.RecordCodec;
import rubato.random.SplitMix;

class ComputeTimeTest {
    @Test
    void one_batch_size_alone_is_taken_as_proportional() {
        ComputeTime seen = ComputeTime.START;
        for (int i = 0; i < 100; i++) seen = seen.next(64, 6400);
        assertThat(seen.fit().separated()).isFalse();
        assertThat(seen.fit().startNanos()).isZero();
        assertThat(seen.fit().perSampleNanos()).isCloseTo(100, within(1e-6));
    }

    @Test
    void two_batch_sizes_tell_the_start_from_the_slope() {
        SplitMix random = new SplitMix(1);
        ComputeTime seen = ComputeTime.START;
        for (int i = 0; i < 100; i++) seen = measured(seen, i % 2 == 0 ? 64 : 128, random, 0.02);
        LinearFit fit = seen.fit();
        assertThat(fit.separated()).isTrue();
        assertThat(fit.startNanos()).as("seed 1").isCloseTo(50_000, within(5_000.0));
        assertThat(fit.perSampleNanos()).as("seed 1").isCloseTo(1000, within(50.0));
    }

    /** s = 50 000, q = 1000, with relative jitter. */
    private static ComputeTime measured(ComputeTime seen, int b, SplitMix random, double jitter) {
        return seen.next(b, (50_000 + 1000.0 * b) * (1 + jitter * random.nextGaussian()));
    }

    @Test
    void a_batch_that_stays_for_long_does_not_wind_the_fit_up() {
        SplitMix random = new SplitMix(2);
        ComputeTime seen = ComputeTime.START;
        for (int i = 0; i < 100; i++) seen = measured(seen, i % 2 == 0 ? 64 : 128, random, 0.02);
        for (int i = 0; i < 100_000; i++) seen = measured(seen, 100, random, 0.02);
        assertThat(seen.fit().separated()).isTrue();
        assertThat(seen.fit().nanos(100)).as("seed 2").isCloseTo(150_000, within(3000.0));
        seen = measured(seen, 101, random, 0.02);
        assertThat(seen.fit().nanos(64)).as("seed 2").isCloseTo(114_000, within(12_000.0));
        assertThat(seen.fit().nanos(128)).as("seed 2").isCloseTo(178_000, within(12_000.0));
    }

    @Test
    void a_worker_that_slows_down_is_followed() {
        ComputeTime seen = ComputeTime.START;
        for (int i = 0; i < 100; i++) seen = seen.next(i % 2 == 0 ? 64 : 128, 1000 + 100 * (i % 2 == 0 ? 64 : 128));
        for (int i = 0; i < 300; i++) seen = seen.next(128, 3 * (1000 + 100 * 128));
        assertThat(seen.fit().nanos(128)).isCloseTo(41_400, within(400.0));
    }

    @Test
    void a_jvm_that_warms_up_while_its_share_grows_is_not_taken_for_a_price_per_step() {
        SplitMix random = new SplitMix(3);
        ComputeTime seen = ComputeTime.START;
        for (int i = 0; i < 300; i++) {
            double cold = 1 + 20 * Math.exp(-i / 25.0);
            int b = i < 50 ? 256 : i < 100 ? 390 : 430;
            seen = seen.next(b, cold * 3600 * b * (1 + 0.03 * random.nextGaussian()));
        }
        assertThat(seen.fit().nanos(430)).as("seed 3").isCloseTo(3600 * 430, within(0.03 * 3600 * 430));
        assertThat(seen.fit().startNanos()).as("seed 3").isLessThan(0.3 * 3600 * 430);
    }

    @Test
    void one_step_that_took_ten_times_as_long_moves_little() {
        ComputeTime seen = ComputeTime.START;
        for (int i = 0; i < 100; i++) seen = seen.next(100, 100_000);
        assertThat(seen.next(100, 1_000_000).fit().nanos(100)).isBetween(100_000.0, 106_000.0);
    }

    @Test
    void whatever_is_measured_both_parts_stay_finite_and_non_negative() {
        for (long seed = 0; seed < 200; seed++) {
            SplitMix random = new SplitMix(seed);
            ComputeTime seen = ComputeTime.START;
            for (int i = 0; i < 300; i++) {
                seen = seen.next(random.nextInt(1000), random.nextDouble() * 1e9 - 1e7);
                LinearFit fit = seen.fit();
                assertThat(fit.startNanos()).as("seed " + seed).isNotNegative().isFinite();
                assertThat(fit.perSampleNanos())
                        .as("seed " + seed)
                        .isNotNegative()
                        .isFinite();
            }
        }
    }

    @Test
    void it_is_written_and_read_bit_by_bit() {
        ComputeTime seen = ComputeTime.START.next(64, 100).next(128, 150);
        RecordCodec<ComputeTime> codec = RecordCodec.of(ComputeTime.class);
        assertThat(codec.decode(codec.encode(seen))).isEqualTo(seen);
    }
}
