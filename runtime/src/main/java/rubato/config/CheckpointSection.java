package rubato.config;

/**
 * {@code checkpoint}: checkpoints besides those at epoch ends (0 for none), and how long they are kept.
 *
 * @param keep so many of the newest are kept
 * @param keepFor and all that are not older than this, e.g. {@code 36h}
 */
public record CheckpointSection(long everySteps, int keep, String keepFor) {
    /** {@code keep-for} in milliseconds. */
    public long keepForMillis() {
        return Values.millis(keepFor);
    }
}
