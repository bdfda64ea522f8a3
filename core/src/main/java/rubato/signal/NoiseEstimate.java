package rubato.signal;

/**
 * A smoothed estimate of the gradient noise scale (McCandlish et al. 2018): trΣ and |G|², each smoothed by itself.
 *
 * @param traceCovariance estimate of trΣ, the per-sample gradient covariance
 * @param gradientNorm2 estimate of |G|², may be negative
 * @param samples how many samples the smoothed estimate rests on (0 = none yet)
 */
public record NoiseEstimate(double traceCovariance, double gradientNorm2, double samples) {
    public static final NoiseEstimate NONE = new NoiseEstimate(0, 0, 0);

    /** The noise scale φ = trΣ / |G|² in samples; {@code Double.NaN} if not reliable. */
    public double scale() {
        return isReliable() ? traceCovariance / gradientNorm2 : Double.NaN;
    }

    public boolean isReliable() {
        return samples > 0 && gradientNorm2 > 0 && traceCovariance > 0;
    }
}
