package rubato.protocol;

import java.util.List;
import rubato.signal.LinkCosts;
import rubato.signal.NoiseEstimate;
import rubato.step.Evaluation;
import rubato.step.StateName;
import rubato.step.StepTimes;
import rubato.step.StepTotals;
import rubato.world.Generation;
import rubato.world.Member;
import rubato.world.WorkerId;

/** What a worker says to the coordinator. The order of the permitted records is part of the wire format. */
public sealed interface ToCoordinator {
    /** First words of a worker: who it is and which software it runs; it learns the configuration in return. */
    record Hello(WorkerId worker, String software, long pid, boolean standby) implements ToCoordinator {}

    /**
     * It has its data and model ready, holds this state, completes nothing more in an earlier generation, and is reached as
     * {@code self}.
     *
     * @param stores whether it shares the run's file system, so that it can write parts of checkpoints
     * @param stateBytes how large a state is
     * @param practises whether it is still to become as fast as the members; its beats tell when it is
     */
    record Join(
            Member self,
            List<Fingerprint> fingerprints,
            StateName state,
            boolean stores,
            long stateBytes,
            boolean practises)
            implements ToCoordinator {
        public Join(Member self, List<Fingerprint> fingerprints, StateName state) {
            this(self, fingerprints, state, true, 0, false);
        }
    }

    /** It has taken over a state of the generation in force and keeps up with it from outside. */
    record Followed(StateName state) implements ToCoordinator {}

    /**
     * It holds the base of a generation.
     *
     * @param keepsNothing whether there is nothing that compression has kept back
     */
    record Installed(Generation generation, StateName state, boolean keepsNothing) implements ToCoordinator {}

    /** It is linked to all members of a generation. */
    record Linked(Generation generation) implements ToCoordinator {}

    /** It completes nothing more in a sealed generation, and this is the state it holds. */
    record AtRest(Generation generation, StateName state) implements ToCoordinator {}

    /** It is alive, and does this since so long. */
    record Beat(Generation generation, long step, Activity activity, long sinceNanos) implements ToCoordinator {}

    /**
     * It completed a step (protocol rule 5).
     *
     * @param barrier whether it waits for the commit before it goes on (evaluation, or the last step)
     * @param nonFinite ranks whose contributions were not finite
     * @param rate learning rate of the update, 0 if skipped
     * @param costs of messages, if they were measured in it
     */
    record Vote(
            Generation generation,
            long step,
            long hash,
            long planVersion,
            boolean skipped,
            List<Integer> nonFinite,
            boolean barrier,
            StepTotals totals,
            NoiseEstimate noise,
            double rate,
            StepTimes times,
            List<LinkCosts> costs)
            implements ToCoordinator {}

    /** Its part of the metrics of a step it voted for. */
    record Evaluated(Generation generation, long step, List<Evaluation> parts) implements ToCoordinator {}

    /** A checkpoint of a step is whole on disk. */
    record Stored(Generation generation, long step, long hash, String directory, String manifestSha256)
            implements ToCoordinator {}

    /**
     * A collective or a link of this generation broke; the worker completes nothing more in it.
     *
     * @param peerRank rank to blame, or −1
     */
    record Broken(Generation generation, StateName state, int peerRank, String reason) implements ToCoordinator {}

    /** It cannot take over or make the base of a generation. */
    record NotInstalled(Generation generation, StateName state, boolean recomputed, String reason)
            implements ToCoordinator {}

    /** It wants to leave, after handing over. */
    record Leave(String reason) implements ToCoordinator {}

    /** It cannot go on. */
    record Failed(String reason, int exitCode) implements ToCoordinator {}

    /** Somebody wants to be told what listeners are told. */
    record Watch() implements ToCoordinator {}

    /** An operator asks how the run is. */
    record AskStatus() implements ToCoordinator {}

    /** An operator wants a worker to leave. */
    record AskLeave(String worker) implements ToCoordinator {}

    /** An operator wants so many workers. */
    record AskScale(int workers) implements ToCoordinator {}

    /** An operator wants the run to end, keeping what it has. */
    record AskStop() implements ToCoordinator {}

    /**
     * Its part of a checkpoint is whole on disk.
     *
     * @param generation which makes the checkpoint
     * @param part of so many {@code parts}, from 0
     * @param digests of the part's blocks, in order
     */
    record StoredPart(Generation generation, long step, long hash, int part, int parts, List<String> digests)
            implements ToCoordinator {}

    /** A checkpoint, or its part of it, cannot be written. */
    record NotStored(Generation generation, long step, String reason) implements ToCoordinator {}

    /** What it holds is not what it had: memory changed by itself. It has thrown that away. */
    record Corrupted(Generation generation, long step, String reason) implements ToCoordinator {}

    /** One thing all members must agree on, e.g. {@code data} or a configuration key. */
    record Fingerprint(String key, String value) {}
}
