package rubato.plan;

/** Where training ends: after this many steps, or when this epoch (counted from 0) would begin; {@code Long.MAX_VALUE} for never. */
public record Stop(long afterStep, long beforeEpoch, String reason) {
    public static final Stop NEVER = new Stop(Long.MAX_VALUE, Long.MAX_VALUE, "none");

    private static final String INTERRUPT = "interrupted";

    /** At once, without a last evaluation: somebody is waiting for the process to end. */
    public static Stop interrupted() {
        return new Stop(0, 0, INTERRUPT);
    }

    public boolean isInterrupt() {
        return reason.equals(INTERRUPT);
    }

    public boolean reached(long completedSteps, long epochOfNext) {
        return completedSteps >= afterStep || epochOfNext >= beforeEpoch;
    }
}
