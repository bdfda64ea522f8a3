package rubato.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import rubato.codec.RecordCodec;
import rubato.error.RubatoException;
import rubato.random.SplitMix;
import rubato.signal.NoiseEstimate;

class LearningRateRuleTest {
    @Test
    void none_leaves_the_rate_alone_whatever_the_batch() {
        LearningRateRule none = LearningRateRule.of("none", false);
        assertThat(none.gain(512, 32, NoiseEstimate.NONE)).isEqualTo(1);
        assertThat(none.progress(512, 32, NoiseEstimate.NONE)).isEqualTo(1);
    }

    @Test
    void linear_and_sqrt_count_progress_in_samples() {
        assertThat(LearningRateRule.of("linear", false).gain(512, 32, NoiseEstimate.NONE))
                .isEqualTo(16);
        assertThat(LearningRateRule.of("sqrt", false).gain(512, 32, NoiseEstimate.NONE))
                .isEqualTo(4);
        assertThat(LearningRateRule.of("sqrt", false).progress(512, 32, NoiseEstimate.NONE))
                .isEqualTo(16);
    }

    @Test
    void adascale_lies_between_one_and_the_ratio_of_batches() {
        LearningRateRule rule = LearningRateRule.of("adascale", false);
        SplitMix random = new SplitMix(7);
        for (int i = 0; i < 2000; i++) {
            int base = 1 + random.nextInt(64);
            int batch = base * (1 + random.nextInt(100));
            NoiseEstimate noise = new NoiseEstimate(
                    Math.abs(random.nextGaussian()) * 100, random.nextGaussian(), 1 + random.nextInt(1000));
            double gain = rule.gain(batch, base, noise);
            assertThat(gain).as("seed 7, trial " + i).isBetween(1 - 1e-12, (double) batch / base * (1 + 1e-12));
            assertThat(rule.gain(base, base, noise)).isCloseTo(1, within(1e-12));
        }
    }

    @Test
    void adascale_agrees_with_the_formula_for_equal_shares() {
        // fairscale: sigma2 = sum|g_i|^2/(S-1) - |g|^2 S/(S-1), mu2 = |g|^2 - sigma2/S, per worker of B0 samples
        double sumOfNorms = 40;
        double meanNorm2 = 3;
        int scale = 8;
        double sigma2 = sumOfNorms / (scale - 1) - meanNorm2 * scale / (scale - 1);
        double mu2 = meanNorm2 - sigma2 / scale;
        double expected = (sigma2 + mu2) / (sigma2 / scale + mu2);
        NoiseEstimate noise = new NoiseEstimate(sigma2 * 32, mu2, 256);
        assertThat(LearningRateRule.of("adascale", false).gain(256, 32, noise)).isCloseTo(expected, within(1e-12));
        assertThat(LearningRateRule.of("adascale", true).gain(256, 32, noise))
                .isCloseTo(Math.sqrt(expected), within(1e-12));
        assertThat(LearningRateRule.of("adascale", true).progress(256, 32, noise))
                .isCloseTo(expected, within(1e-12));
    }

    @Test
    void adascale_without_an_estimate_is_one() {
        assertThat(LearningRateRule.of("adascale", false).gain(512, 32, NoiseEstimate.NONE))
                .isEqualTo(1);
    }

    @Test
    void an_unknown_rule_names_the_key_and_the_choices() {
        assertThatThrownBy(() -> LearningRateRule.of("cubic", false))
                .isInstanceOf(RubatoException.class)
                .hasMessage("batch.lr-rule must be one of none, linear, sqrt, adascale, was 'cubic'");
    }

    @Test
    void the_guard_keeps_adascale_from_the_edge_of_stability_on_a_noisy_quadratic() {
        double bare = 0;
        double guarded = 0;
        for (int seed = 0; seed < 3; seed++) {
            bare += train(seed, false) / 3;
            guarded += train(seed, true) / 3;
        }
        assertThat(bare).as("mean loss without guard").isGreaterThan(0.2);
        assertThat(guarded).as("mean loss with guard").isLessThan(0.1);
    }

    /** 256 times the base batch of 1 at rate 0.05 until 20 000 base steps are done. */
    private static double train(long seed, boolean guard) {
        NoisyQuadratic problem = new NoisyQuadratic(1000, seed);
        LearningRateRule rule = LearningRateRule.of("adascale", false);
        RateProgress progress = RateProgress.START;
        while (progress.steps() < 20_000) {
            double[] gradient = problem.gradient(256);
            NoiseEstimate noise = problem.seen(gradient, 256);
            RateProgress.Step step = progress.step(rule, 256, 1, noise, NoisyQuadratic.norm2(gradient));
            double gain = guard ? step.gain() : rule.gain(256, 1, noise);
            progress = guard ? step.after() : new RateProgress(progress.steps() + gain, RateGuard.START);
            problem.move(gradient, 0.05 * gain);
        }
        return problem.loss();
    }

    @Test
    void the_guard_is_silent_while_the_gradient_shrinks() {
        RateGuard guard = RateGuard.START;
        for (int i = 0; i < 200; i++) guard = guard.next(8, 10 * StrictMath.exp(-i / 50.0), 0.01, 8);
        assertThat(guard.limit(8)).isEqualTo(8);
    }

    @Test
    void a_growing_gradient_halves_the_gain_and_calm_gives_it_back() {
        RateGuard guard = RateGuard.START;
        for (int i = 0; i < 20; i++) guard = guard.next(8, 1, 0.01, 8);
        for (int i = 0; i < 3; i++) guard = guard.next(8, 10, 0.01, 8);
        assertThat(guard.limit(8)).isEqualTo(4);
        for (int i = 0; i < 200; i++) guard = guard.next(8, 0.5, 0.01, 8);
        assertThat(guard.limit(8)).isEqualTo(8);
        assertThat(guard.limit(0.5)).isEqualTo(0.5);
    }

    @Test
    void progress_survives_a_checkpoint_bit_by_bit() {
        RateProgress before = RateProgress.START
                .step(LearningRateRule.of("adascale", false), 64, 32, new NoiseEstimate(10, 1, 64), 2)
                .after();
        RecordCodec<RateProgress> codec = RecordCodec.of(RateProgress.class);
        assertThat(codec.decode(codec.encode(before))).isEqualTo(before);
    }
}
