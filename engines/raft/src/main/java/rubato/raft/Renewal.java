package rubato.raft;

import java.util.concurrent.CompletionStage;

/**
 * Begins another leadership of a replica that has given one up while the group still takes it for its leader. If that does not
 * come about in {@link #PATIENCE_NANOS}, or is asked for twice within them, the replica begins again from its disk, so
 * that any of the group may be elected. On the replica's event queue.
 */
final class Renewal {
    static final long PATIENCE_NANOS = 10_000_000_000L;
    private static final long PAUSE_NANOS = 100_000_000L;

    /** What it asks of the replica. */
    interface Replica {
        /** Puts the beginning of a leadership into the log; fails if that is known not to have been possible. */
        CompletionStage<?> lead();

        /** Begins again as if it had been killed and started. */
        void reopen();
    }

    private final EventQueue queue;
    private final Replica replica;
    private boolean everBegun;
    private long begunNanos;
    private long number;

    Renewal(EventQueue queue, Replica replica) {
        this.queue = queue;
        this.replica = replica;
    }

    void begin() {
        long mine = ++number;
        long now = queue.nanos();
        if (everBegun && now - begunNanos < PATIENCE_NANOS) {
            replica.reopen();
            return;
        }
        everBegun = true;
        begunNanos = now;
        attempt(mine);
        queue.schedule(() -> giveUp(mine), PATIENCE_NANOS);
    }

    /** It leads, or another does, or nobody: there is nothing to wait for any more. */
    void settled() {
        number++;
    }

    private void attempt(long mine) {
        if (mine != number) return;
        replica.lead().whenComplete((done, error) -> {
            if (error != null) queue.schedule(() -> attempt(mine), PAUSE_NANOS);
        });
    }

    private void giveUp(long mine) {
        if (mine == number) replica.reopen();
    }
}
