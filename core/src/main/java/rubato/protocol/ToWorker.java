package rubato.protocol;

import rubato.plan.Plan;
import rubato.step.StateName;
import rubato.world.Generation;
import rubato.world.World;

/** What the coordinator says to a worker. The order of the permitted records is part of the wire format. */
public sealed interface ToWorker {
    /** The run's configuration (HOCON) and the checkpoint to start from ("" = from the initial state). */
    record Welcome(String config, String checkpoint) implements ToWorker {}

    /** The worker may not take part; says why. */
    record Refused(String reason) implements ToWorker {}

    /** The next generation: link up, hold this base, answer {@link ToCoordinator.Installed}. */
    record Install(World world, StateName base, Plan plan) implements ToWorker {}

    /** The generation is durable; its members may contribute. */
    record Activated(Generation generation) implements ToWorker {}

    /** The step is durable in the ledger. */
    record Committed(Generation generation, long step) implements ToWorker {}

    /** A durable plan; in force from its step on, once all are known to hold it. */
    record Planned(Plan plan) implements ToWorker {}

    /** Complete nothing more in this generation. */
    record Sealed(Generation generation, String reason) implements ToWorker {}

    /** The run is over. */
    record Finish(String status) implements ToWorker {}
}
