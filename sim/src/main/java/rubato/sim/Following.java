package rubato.sim;

import java.util.List;
import org.jspecify.annotations.Nullable;
import rubato.protocol.WorkerAction;
import rubato.step.StateName;
import rubato.world.Member;

/**
 * A joiner that takes over what a donor froze and keeps up with it while the members train on, and, as a donor, what it froze. A step
 * of the donor comes as the state after it: what it did to the state is the replica's matter, not this one's.
 */
final class Following {
    /** What the worker it belongs to does about it. */
    interface Owner {
        void later(long nanos, Runnable action);

        void ask(Member donor, Packet.Ask ask);

        /** The state taken over, or the next of those who are followed. */
        void tookOver(SimulatedReplica.Snapshot snapshot);

        /** It keeps up, or will not come to: told once. */
        void followed();
    }

    private static final long PATIENCE_NANOS = Scenario.SECOND;
    private static final long AGAIN_NANOS = 20 * Scenario.MS;
    private static final int TRIES = 20;

    private final Owner owner;
    private WorkerAction.@Nullable Follow following;
    private int tries;
    private int asked;
    private long held = -1;
    private boolean begun;
    private boolean told;
    private SimulatedReplica.@Nullable Snapshot frozen;

    Following(Owner owner) {
        this.owner = owner;
    }

    /** Keeps this for whoever will follow. */
    void freeze(SimulatedReplica.Snapshot snapshot) {
        frozen = snapshot;
    }

    /** What a donor answers: the frozen state to begin with, then the present one if it is newer. */
    SimulatedReplica.@Nullable Snapshot answer(Packet.Ask ask, SimulatedReplica.Snapshot present) {
        SimulatedReplica.Snapshot kept = frozen;
        if (kept == null || kept.name().step() < ask.frozenAfter()) return null;
        if (ask.held() < 0) return kept;
        return present.name().step() > ask.held() ? present : null;
    }

    void follow(WorkerAction.Follow follow) {
        following = follow;
        tries = 0;
        begun = false;
        told = false;
        ask(follow, -1);
    }

    /** A base is to be held: those who are followed rest. */
    void stop() {
        following = null;
    }

    /** Another generation is proposed before anything was taken over. */
    void giveUp() {
        if (following == null || begun) return;
        following = null;
        tell();
    }

    private void ask(WorkerAction.Follow follow, long held) {
        if (follow != following) return;
        List<Member> donors = follow.donors();
        int number = ++asked;
        owner.ask(donors.get(tries % donors.size()), new Packet.Ask(follow.step(), held));
        owner.later(PATIENCE_NANOS, () -> {
            if (follow == following && number == asked) failed();
        });
    }

    /** A donor did not answer, or has nothing yet. */
    void failed() {
        WorkerAction.Follow follow = following;
        if (follow == null) return;
        tries++;
        if (tries > TRIES) {
            following = null;
            tell();
            return;
        }
        asked++;
        owner.later(AGAIN_NANOS, () -> ask(follow, begun ? held : -1));
    }

    void answered(Packet.Copy copy) {
        WorkerAction.Follow follow = following;
        if (follow == null) return;
        SimulatedReplica.Snapshot snapshot = copy.snapshot();
        if (snapshot == null) {
            if (begun) tell();
            failed();
            return;
        }
        tries = 0;
        asked++;
        owner.later(Scenario.MS, () -> {
            if (follow != following) return;
            begun = true;
            StateName name = snapshot.name();
            held = name.step();
            owner.tookOver(snapshot);
            if (follow == following) owner.later(AGAIN_NANOS, () -> ask(follow, held));
        });
    }

    private void tell() {
        if (told) return;
        told = true;
        owner.followed();
    }
}
