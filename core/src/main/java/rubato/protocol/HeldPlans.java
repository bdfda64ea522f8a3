package rubato.protocol;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import rubato.plan.Plan;

/**
 * The plans one worker holds. One takes effect at the first step that is at least its {@code fromStep} and comes after a step in which
 * every rank was seen to hold it (the gathered minimum of versions, rule 14), or after a barrier, before which everyone holds the
 * same plans because every worker is sent the same messages in the same order.
 */
final class HeldPlans {
    private final Deque<Plan> pending = new ArrayDeque<>();
    private @Nullable Plan inForce;
    private long heldByAll;

    /** A generation begins with this plan; what was pending is forgotten. */
    void install(Plan plan) {
        inForce = plan;
        heldByAll = plan.version();
        pending.clear();
    }

    boolean isInstalled() {
        return inForce != null;
    }

    Plan inForce() {
        if (inForce == null) throw new IllegalStateException("no plan before a generation is installed");
        return inForce;
    }

    /** Highest version held, whether or not in force. */
    long newestVersion() {
        Plan newest = pending.peekLast();
        return newest != null ? newest.version() : inForce().version();
    }

    void add(Plan next) {
        if (next.version() > newestVersion()) pending.addLast(next);
    }

    /** Every rank holds at least this version. */
    void seenByAll(long version) {
        heldByAll = Math.max(heldByAll, version);
    }

    /** Every rank has been sent what this one has. */
    void barrierPassed() {
        heldByAll = newestVersion();
    }

    /** The newest plan that may begin with a step is in force; one before it that was to begin later never is. */
    void adoptFor(long step) {
        Plan newest = null;
        for (Plan next : pending) {
            if (next.version() <= heldByAll && next.fromStep() <= step) newest = next;
        }
        if (newest == null) return;
        inForce = newest;
        long adopted = newest.version();
        pending.removeIf(next -> next.version() <= adopted);
    }
}
