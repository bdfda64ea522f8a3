package rubato.plan;

/** Where training ends: after this many steps, or when this epoch (counted from 0) would begin; {@code Long.MAX_VALUE} for never. */
public record Stop(long afterStep, long beforeEpoch, String reason) {
    public static final Stop NEVER = new Stop(Long.MAX_VALUE, Long.MAX_VALUE, "none");

    public boolean reached(long completedSteps, long epochOfNext) {
        return completedSteps >= afterStep || epochOfNext >= beforeEpoch;
    }
}
