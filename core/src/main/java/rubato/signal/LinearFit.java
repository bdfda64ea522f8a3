package rubato.signal;

/**
 * t(b) = startNanos + perSampleNanos · b, fitted from measurements.
 *
 * @param separated whether two distinct b were seen, so that the intercept is known apart from the slope
 */
public record LinearFit(double startNanos, double perSampleNanos, boolean separated) {
    public double nanos(double samples) {
        return startNanos + perSampleNanos * samples;
    }
}
