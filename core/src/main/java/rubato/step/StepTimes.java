package rubato.step;

/** Where one rank's time of a step went: gradient, waiting for slower ranks, collective on the wire, everything after (update, hash). */
public record StepTimes(int samples, long computeNanos, long waitNanos, long wireNanos, long applyNanos) {}
