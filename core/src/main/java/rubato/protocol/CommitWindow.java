package rubato.protocol;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * How far a worker's completed steps may run ahead of what is committed (rule 3), and its votes on those in between. A barrier holds
 * everything back until the step it stands at is committed.
 */
final class CommitWindow {
    private static final long NONE = -1;

    private final int steps;
    private final Deque<ToCoordinator.Vote> unresolved = new ArrayDeque<>();
    private long committed;
    private long barrier = NONE;

    /** @param steps W of rule 3 */
    CommitWindow(int steps, long committed) {
        this.steps = steps;
        this.committed = committed;
    }

    /** A generation starts from this step: what was voted before is settled by it. */
    void startAt(long base) {
        committed = base;
        barrier = NONE;
        unresolved.clear();
    }

    /** The metrics of the base are still owed: it counts as committed once they are in. */
    void owesMetricsOf(long base) {
        committed = base - 1;
        barrier = base;
    }

    void voted(ToCoordinator.Vote vote) {
        unresolved.addLast(vote);
    }

    /** Votes not known to be committed, in order. */
    List<ToCoordinator.Vote> unresolved() {
        return List.copyOf(unresolved);
    }

    void forgetVotes() {
        unresolved.clear();
    }

    /** Nothing begins before this step is committed. */
    void holdBackAt(long step) {
        barrier = step;
    }

    boolean isHeldBack() {
        return barrier > committed;
    }

    boolean isCommitted(long step) {
        return step <= committed;
    }

    /** Whether a step is near enough to what is committed to be begun. */
    boolean admits(long step) {
        return step <= committed + steps;
    }

    /** A step is durable. @return whether a barrier fell with it */
    boolean commit(long step) {
        committed = step;
        while (!unresolved.isEmpty() && unresolved.getFirst().step() <= committed) unresolved.removeFirst();
        if (committed != barrier) return false;
        barrier = NONE;
        return true;
    }
}
