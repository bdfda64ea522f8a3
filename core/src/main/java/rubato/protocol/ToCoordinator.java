package rubato.protocol;

import java.util.List;
import rubato.signal.NoiseEstimate;
import rubato.step.Evaluation;
import rubato.step.StateName;
import rubato.step.StepTimes;
import rubato.step.StepTotals;
import rubato.world.Generation;
import rubato.world.WorkerId;

/** What a worker says to the coordinator. The order of the permitted records is part of the wire format. */
public sealed interface ToCoordinator {
    /** First words of a worker: who it is and which software it runs; it learns the configuration in return. */
    record Hello(WorkerId worker, String software, long pid) implements ToCoordinator {}

    /** It has its data and model ready, and its peers reach it there. */
    record Join(WorkerId worker, String host, int port, List<Fingerprint> fingerprints, StateName state)
            implements ToCoordinator {}

    /** It holds the base of a generation and is linked to all its members. */
    record Installed(Generation generation, StateName state) implements ToCoordinator {}

    /**
     * It completed a step (protocol rule 5).
     *
     * @param barrier whether it waits for the commit before it goes on (evaluation, or the last step)
     * @param rate learning rate of the update, 0 if skipped
     */
    record Vote(
            Generation generation,
            long step,
            long hash,
            long planVersion,
            boolean skipped,
            boolean barrier,
            StepTotals totals,
            NoiseEstimate noise,
            double rate,
            StepTimes times)
            implements ToCoordinator {}

    /** Its part of the metrics of a step it voted for. */
    record Evaluated(Generation generation, long step, List<Evaluation> parts) implements ToCoordinator {}

    /** A checkpoint of a step is whole on disk. */
    record Stored(Generation generation, long step, long hash, String directory, String manifestSha256)
            implements ToCoordinator {}

    /** A collective broke; the worker completes nothing more in this generation. */
    record Broken(Generation generation, long step, int peerRank, String reason) implements ToCoordinator {}

    /** It cannot go on. */
    record Failed(String reason, int exitCode) implements ToCoordinator {}

    /** One thing all members must agree on, e.g. {@code data} or a configuration key. */
    record Fingerprint(String key, String value) {}
}
