package rubato.policy;

import java.util.List;
import rubato.error.RubatoException;
import rubato.signal.NoiseEstimate;

/**
 * How the learning rate answers to a batch other than the one it was tuned for.
 *
 * <p>The rate of a step is {@code gain · schedule(progress so far)}, times the plan's rate factor. {@code progress} is in steps of
 * the base batch B0: warm-up, decay and stop after so many steps all count in it. Under {@code none} a step is a step, so a larger
 * batch stretches the schedule over more samples; under {@code linear} and {@code sqrt} progress counts samples, so the
 * schedule spans the same data at any batch; under {@code adascale} it counts what the step was worth.
 */
public sealed interface LearningRateRule {
    List<String> NAMES = List.of("none", "linear", "sqrt", "adascale");

    /** What to multiply the base rate with at this batch. */
    double gain(int batch, int baseBatch, NoiseEstimate noise);

    /** How many steps of the base batch this step is worth. */
    double progress(int batch, int baseBatch, NoiseEstimate noise);

    /** The rule of a configured name; {@code adaptive} for optimizers that divide by the gradient's size (Adam). */
    static LearningRateRule of(String name, boolean adaptive) {
        return switch (name) {
            case "none" -> new None();
            case "linear" -> new Linear();
            case "sqrt" -> new Sqrt();
            case "adascale" -> new AdaScale(adaptive ? 0.5 : 1);
            default ->
                throw RubatoException.usage(
                        "batch.lr-rule must be one of " + String.join(", ", NAMES) + ", was '" + name + "'");
        };
    }

    /** Leaves the rate alone. */
    record None() implements LearningRateRule {
        @Override
        public double gain(int batch, int baseBatch, NoiseEstimate noise) {
            return 1;
        }

        @Override
        public double progress(int batch, int baseBatch, NoiseEstimate noise) {
            return 1;
        }
    }

    /** Rate ∝ B (Goyal et al. 2017): right for SGD while B ≪ φ. */
    record Linear() implements LearningRateRule {
        @Override
        public double gain(int batch, int baseBatch, NoiseEstimate noise) {
            return (double) batch / baseBatch;
        }

        @Override
        public double progress(int batch, int baseBatch, NoiseEstimate noise) {
            return (double) batch / baseBatch;
        }
    }

    /** Rate ∝ √B (Krizhevsky 2014): keeps the variance of the update; for Adam, or where noise dominates. */
    record Sqrt() implements LearningRateRule {
        @Override
        public double gain(int batch, int baseBatch, NoiseEstimate noise) {
            return Math.sqrt((double) batch / baseBatch);
        }

        @Override
        public double progress(int batch, int baseBatch, NoiseEstimate noise) {
            return (double) batch / baseBatch;
        }
    }

    /**
     * AdaScale (Johnson et al. 2020) from the noise estimate, so for any shares:
     * {@code r = (S/B0 + |G|²) / (S/B + |G|²)}, between 1 and B/B0; rate · r^power, progress r.
     *
     * <p>Without an estimate r = 1; a negative |G|² counts as 0. It knows nothing of curvature: {@link RateGuard} does.
     *
     * @param power 1 for SGD, ½ for Adam (AdaptDL)
     */
    record AdaScale(double power) implements LearningRateRule {
        public AdaScale {
            if (!(power > 0 && power <= 1)) throw new IllegalArgumentException("power must be in (0, 1], was " + power);
        }

        @Override
        public double gain(int batch, int baseBatch, NoiseEstimate noise) {
            double worth = progress(batch, baseBatch, noise);
            return power == 1 ? worth : StrictMath.pow(worth, power);
        }

        @Override
        public double progress(int batch, int baseBatch, NoiseEstimate noise) {
            double trace = noise.traceCovariance();
            if (!(noise.samples() > 0) || !(trace > 0)) return 1;
            double norm2 = Math.max(0, noise.gradientNorm2());
            return (trace / baseBatch + norm2) / (trace / batch + norm2);
        }
    }
}
