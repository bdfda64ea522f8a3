package rubato.signal;

/** What one rank measured in a window: means per step, in nanoseconds, and the fit of what it does by itself (gradient, update, hash) to its sample count. */
public record RankTimes(
        String worker, double samplesPerStep, double computeNanos, double waitNanos, double wireNanos, LinearFit fit) {}
