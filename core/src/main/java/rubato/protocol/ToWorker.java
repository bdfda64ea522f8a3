package rubato.protocol;

import java.util.List;
import rubato.event.Event;
import rubato.plan.Plan;
import rubato.step.StateName;
import rubato.world.Generation;
import rubato.world.Member;
import rubato.world.World;

/** What the coordinator says to a worker. The order of the permitted records is part of the wire format. */
public sealed interface ToWorker {
    /** The run's configuration (HOCON). */
    record Welcome(String config) implements ToWorker {}

    /** The worker may not take part; says why. */
    record Refused(String reason) implements ToWorker {}

    /**
     * The next generation: hold its base, answer {@link ToCoordinator.Installed}.
     *
     * @param checkpointed last step with a registered checkpoint, −1 for none
     * @param evaluate whether the metrics of the base are still owed
     * @param store whether a checkpoint that was due is still owed
     * @param storers ranks that write parts of checkpoints
     * @param holders who holds the base; empty: make it by the recipe
     */
    record Install(
            World world,
            StateName base,
            Plan plan,
            long checkpointed,
            boolean evaluate,
            boolean store,
            List<Integer> storers,
            List<Member> holders,
            Recipe recipe)
            implements ToWorker {}

    /** Everyone holds the base: link up with all members, answer {@link ToCoordinator.Linked}. */
    record Link(Generation generation) implements ToWorker {}

    /** The generation is durable; its members may contribute. */
    record Activated(Generation generation) implements ToWorker {}

    /** The step is durable in the ledger. */
    record Committed(Generation generation, long step) implements ToWorker {}

    /** A durable plan; in force from its step on, once all are known to hold it. */
    record Planned(Plan plan) implements ToWorker {}

    /** Freeze a copy of the state after this step for one who joins, and keep what is needed to follow it; after a later one if it has passed. */
    record Freeze(long step) implements ToWorker {}

    /** To one who joins: take over what the members freeze after this step, and follow from there, until a generation is installed. */
    record Follow(long step, List<Member> donors) implements ToWorker {}

    /** Complete nothing more in this generation; answer {@link ToCoordinator.AtRest}. */
    record Sealed(Generation generation, String reason) implements ToWorker {}

    /** The worker is no member any more: it has left as it asked to, or is to join anew ({@code rejoin}). */
    record Released(boolean rejoin, String reason) implements ToWorker {}

    /** The run is over. */
    record Finish(String status) implements ToWorker {}

    /** The answer to an operator's request. */
    record Answer(boolean ok, String text) implements ToWorker {}

    /** To one who watches the run: what listeners are told. */
    record Happened(long epochMillis, Event event) implements ToWorker {}

    /** To one who starts workers: so many are wanted. */
    record Wanted(int workers) implements ToWorker {}

    /** How the run is. */
    record Status(RunStatus status) implements ToWorker {}

    /** All parts of a checkpoint are whole: complete it, answer {@link ToCoordinator.Stored}. */
    record Complete(Generation generation, long step, List<String> digests) implements ToWorker {}

    /** A checkpoint will not be completed; what there is of it may go. */
    record Abandon(Generation generation, long step) implements ToWorker {}

    /** Write this worker's part of the last step's checkpoint again. */
    record StoreAgain(Generation generation, long step) implements ToWorker {}

    /** The worker is no member any more: it joins anew, and waits with what it has until one is missing. */
    record StandBy(String reason) implements ToWorker {}

    /** The answer to {@link ToCoordinator.Beat}: the coordinator is there and at work. */
    record Alive() implements ToWorker {}
}
