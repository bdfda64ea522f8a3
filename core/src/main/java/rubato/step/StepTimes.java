package rubato.step;

/**
 * Where one rank's time of a step went: gradient, waiting for slower ranks, collective on the wire, everything after (update, hash).
 *
 * @param sentBytes payload sent to other ranks
 * @param savedBytes how much less that is than the gradient as it is
 * @param readyNanos part of the gradient's time, from the first part of it that is final until all of it is
 */
public record StepTimes(
        int samples,
        long computeNanos,
        long waitNanos,
        long wireNanos,
        long applyNanos,
        long sentBytes,
        long savedBytes,
        long readyNanos) {
    /** What this rank does by itself, and what the others wait for: gradient, update and hash. */
    public long ownNanos() {
        return computeNanos + applyNanos;
    }

    /** The whole step. */
    public long wholeNanos() {
        return ownNanos() + waitNanos + wireNanos;
    }
}
