package rubato.chaos;

import java.util.Optional;
import rubato.seam.Clock;

/**
 * How long the run has not offered what a fault is done to. Somebody killed is back in seconds; what is missing for
 * {@link #MOST_MILLIS} is gone for good, and waiting for it would never end.
 */
final class Lull {
    static final long MOST_MILLIS = 60_000;
    /** Pauses between faults may be long, and some kinds are refused by chance. */
    static final int MOST_REFUSALS = 10;

    private static final long NEVER = Long.MIN_VALUE;

    private final Clock clock;
    private long silentSince = NEVER;
    private long incompleteSince = NEVER;
    private long refusedSince = NEVER;
    private int refusals;

    Lull(Clock clock) {
        this.clock = clock;
    }

    /** No coordinator answered. @return the violation if that has lasted too long */
    Optional<String> silent() {
        silentSince = since(silentSince);
        return isTooLong(silentSince)
                ? Optional.of("no coordinator has answered for " + MOST_MILLIS / 1000 + " s while the launcher lived")
                : Optional.empty();
    }

    /** So many coordinators run. @return the violation if too few have for too long */
    Optional<String> answered(int running, int coordinators) {
        silentSince = NEVER;
        incompleteSince = running < coordinators ? since(incompleteSince) : NEVER;
        return isTooLong(incompleteSince)
                ? Optional.of("for " + MOST_MILLIS / 1000 + " s only " + running + " of " + coordinators
                        + " coordinators have run: one has ended for good, see logs/coordinator-*.log")
                : Optional.empty();
    }

    /** The run offers nothing to do this kind of fault to. @return the violation if it has offered nothing for too long */
    Optional<String> refused(FaultKind kind) {
        refusedSince = since(refusedSince);
        refusals++;
        return refusals >= MOST_REFUSALS && isTooLong(refusedSince)
                ? Optional.of("for " + (clock.nanos() - refusedSince) / 1_000_000_000
                        + " s there was nothing to do a fault to, " + refusals + " times, the last time for "
                        + kind.label())
                : Optional.empty();
    }

    /** A fault was done. */
    void struck() {
        refusedSince = NEVER;
        refusals = 0;
    }

    private long since(long before) {
        return before == NEVER ? clock.nanos() : before;
    }

    private boolean isTooLong(long since) {
        return since != NEVER && clock.nanos() - since >= MOST_MILLIS * 1_000_000;
    }
}
