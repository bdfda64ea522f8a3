package rubato.sim;

import org.jspecify.annotations.Nullable;
import rubato.protocol.ToCoordinator;
import rubato.protocol.ToWorker;
import rubato.step.Contribution;
import rubato.step.StateName;
import rubato.world.Generation;

/** What travels between simulated processes. */
sealed interface Packet {
    record Up(ToCoordinator message) implements Packet {}

    record Down(ToWorker message) implements Packet {}

    /** First on a link between workers: whose it is and for which generation. */
    record Greeting(Generation generation, int rank) implements Packet {}

    /** One rank's part of a step's sum. */
    record Part(Generation generation, long step, int rank, Contribution control, long sum) implements Packet {}

    /** Asks a holder for its state. */
    record Fetch(StateName wanted) implements Packet {}

    record State(SimulatedReplica.@Nullable Snapshot snapshot) implements Packet {}

    /**
     * Asks a donor for what it froze at a step or later, or for the present state if it is newer.
     *
     * @param held step of what is held of it already, -1 for nothing
     */
    record Ask(long frozenAfter, long held) implements Packet {}

    /** What a donor answers: nothing if it has nothing newer. */
    record Copy(SimulatedReplica.@Nullable Snapshot snapshot) implements Packet {}
}
