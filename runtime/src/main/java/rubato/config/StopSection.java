package rubato.config;

/**
 * {@code stop}: whichever is reached first ends the run as a success. Unset: {@code Long.MAX_VALUE}, or an infinity that is
 * never reached.
 */
public record StopSection(long epochs, long steps, double maxSeconds, double targetAccuracy, double targetLoss) {
    /** Whether nothing but an interrupt would end the run. */
    public boolean never() {
        return epochs == Long.MAX_VALUE
                && steps == Long.MAX_VALUE
                && Double.isInfinite(maxSeconds)
                && Double.isInfinite(targetAccuracy)
                && Double.isInfinite(targetLoss);
    }
}
