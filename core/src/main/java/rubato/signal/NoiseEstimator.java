package rubato.signal;

import rubato.step.StepTotals;

/**
 * The online estimate of the gradient noise scale: S ≈ trΣ and |G|² of every step, each smoothed by itself and divided
 * only at the end (McCandlish et al. 2018, appendix A; the EMA of ratios would be garbage).
 *
 * <p>With noise units u (samples, or micro-batches of b_u samples) and batch mean ḡ over B samples,
 * {@code S = (Σ b_u|ḡ_u|² − B|ḡ|²) / (units − 1)} and {@code |G|² = |ḡ|² − S/B}. Both are unbiased for any sizes b_u fixed in
 * advance, hence for any shares: this is {@link NoiseScale} with weights 1. The smoothing forgets by samples, not by
 * steps, so a growing batch does not lengthen its memory; it is debiased, so the first step already counts fully.
 *
 * <p>A value: every worker holds an equal one, and it is part of the checkpoint.
 *
 * @param horizon time constant of the smoothing, in samples
 * @param trace smoothed S, still to be divided by {@code weight}
 * @param gradientNorm2 smoothed |G|², likewise
 * @param weight what the smoothing has summed up to so far, in [0, 1]
 */
public record NoiseEstimator(double horizon, double trace, double gradientNorm2, double weight) {
    /** A horizon for those who have no better one. */
    public static final double DEFAULT_HORIZON = 50_000;

    public NoiseEstimator {
        if (!(horizon > 0) || Double.isInfinite(horizon))
            throw new IllegalArgumentException("horizon must be > 0 and finite, was " + horizon);
    }

    /** An estimator that has seen nothing. */
    public static NoiseEstimator start(double horizon) {
        return new NoiseEstimator(horizon, 0, 0, 0);
    }

    /** The estimator after one more step. */
    public NoiseEstimator next(StepTotals totals, double meanGradientNorm2) {
        if (!totals.finite()) return this;
        return next(totals.samples(), totals.squaredNorms(), totals.units(), meanGradientNorm2);
    }

    /**
     * The estimator after one more step; unchanged by a step that says nothing (fewer than two units, or not finite).
     *
     * @param samples B, over all ranks
     * @param squaredNorms Σ b_u|ḡ_u|² over all noise units of all ranks
     * @param units how many noise units there were
     * @param meanGradientNorm2 |ḡ|² of the mean gradient over the B samples
     */
    public NoiseEstimator next(int samples, double squaredNorms, long units, double meanGradientNorm2) {
        double seen = (squaredNorms - samples * meanGradientNorm2) / (units - 1);
        double norm2 = meanGradientNorm2 - seen / samples;
        if (units < 2 || samples < 1 || !Double.isFinite(seen) || !Double.isFinite(norm2)) return this;
        double keep = StrictMath.exp(-samples / horizon);
        return new NoiseEstimator(
                horizon,
                keep * trace + (1 - keep) * seen,
                keep * gradientNorm2 + (1 - keep) * norm2,
                keep * weight + (1 - keep));
    }

    /** What is known now; {@link NoiseEstimate#NONE} before the first step. */
    public NoiseEstimate estimate() {
        if (!(weight > 0)) return NoiseEstimate.NONE;
        return new NoiseEstimate(trace / weight, gradientNorm2 / weight, horizon * weight);
    }
}
