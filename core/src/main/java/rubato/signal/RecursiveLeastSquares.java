package rubato.signal;

/**
 * Recursive least squares for t(b) = s + q·b, one rank's time against its samples, that forgets only what is being renewed.
 *
 * <p>With x = (1, b/unit), information matrix R and parameters θ = (s, q·unit):
 * {@code R ← R − (1−λ)·R x xᵀR / (xᵀR x) + x xᵀ}, {@code θ ← θ + R⁻¹x·(t − xᵀθ)} (directional forgetting, Cao and Schwartz 2000).
 * With plain forgetting, R⁻¹ grows without bound while b stays the same and the first noise after it wrecks the fit
 * (wind-up); here information in the direction not excited is kept, so R never falls below what it began with.
 *
 * <p>Before two distinct b have been seen, s is 0 and q = t/b.
 *
 * @param forgetting λ in (0, 1]: 0.98 remembers about 50 steps
 * @param unit first b seen, scales the rest to about 1; 0 before
 */
public record RecursiveLeastSquares(
        double forgetting,
        double unit,
        double start,
        double slope,
        double r00,
        double r01,
        double r11,
        double lastSamples) {
    /** How much a proportional time is believed at first, in steps. */
    private static final double PRIOR = 1e-6;
    /** Least 1 − correlation² of (1, b) that counts as two distinct b: about 10 % between two equally frequent ones. */
    private static final double SPREAD = 2.5e-3;

    public RecursiveLeastSquares {
        if (!(forgetting > 0 && forgetting <= 1))
            throw new IllegalArgumentException("forgetting must be in (0, 1], was " + forgetting);
    }

    /** A fit that has seen nothing. */
    public static RecursiveLeastSquares start(double forgetting) {
        return new RecursiveLeastSquares(forgetting, 0, 0, 0, 0, 0, 0, 0);
    }

    /** The fit after one more measurement; a step without samples or time says nothing. */
    public RecursiveLeastSquares next(double samples, double nanos) {
        if (!(samples > 0) || !(nanos > 0) || !Double.isFinite(nanos)) return this;
        if (unit == 0) return first(samples, nanos);
        double x = samples / unit;
        double rx0 = r00 + r01 * x;
        double rx1 = r01 + r11 * x;
        double forget = (1 - forgetting) / (rx0 + x * rx1);
        double a = r00 - forget * rx0 * rx0 + 1;
        double b = r01 - forget * rx0 * rx1 + x;
        double c = r11 - forget * rx1 * rx1 + x * x;
        double error = (nanos - start - slope * x) / (a * c - b * b);
        return new RecursiveLeastSquares(
                forgetting, unit, start + (c - b * x) * error, slope + (a * x - b) * error, a, b, c, samples);
    }

    private RecursiveLeastSquares first(double samples, double nanos) {
        return new RecursiveLeastSquares(forgetting, samples, 0, nanos, 1 + PRIOR, 1, 1 + PRIOR, samples);
    }

    /** Whether the b seen differ enough to tell a fixed price from a price per sample. */
    private boolean separated() {
        return unit > 0 && r00 * r11 - r01 * r01 > SPREAD * r00 * r11;
    }

    /** The line, both parts at least 0 and right at the last b. */
    public LinearFit fit() {
        if (unit == 0) return new LinearFit(0, 0, false);
        double here = Math.max(0, start + slope * lastSamples / unit);
        if (!separated() || start < 0) return new LinearFit(0, here / lastSamples, separated());
        if (slope < 0) return new LinearFit(here, 0, true);
        return new LinearFit(start, slope / unit, true);
    }
}
