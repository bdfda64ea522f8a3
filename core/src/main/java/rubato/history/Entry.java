package rubato.history;

import java.util.List;
import rubato.plan.Plan;
import rubato.policy.Decision;
import rubato.signal.Signals;
import rubato.step.DataShape;
import rubato.step.Evaluation;
import rubato.step.Range;
import rubato.step.StateName;
import rubato.world.Generation;
import rubato.world.World;

/** One entry of the ledger. Order of the permitted records is part of the format: append new ones at the end. */
public sealed interface Entry {
    /** First entry of a run: what its accounting rests on. */
    record Begin(String run, DataShape data, String dataFingerprint, String configFingerprint, String software)
            implements Entry {}

    /** A coordinator starts; every generation it makes carries this term. */
    record Term(long term) implements Entry {}

    /** Nothing more commits in this generation but what its votes already prove. */
    record Seal(Generation generation, String reason) implements Entry {}

    /**
     * A generation begins at a base everyone has installed.
     *
     * @param completed steps of the sealed generation up to the base that were not committed before; they are facts from here on
     */
    record Activate(World world, StateName base, Plan plan, List<Commit> completed) implements Entry {}

    /** A policy decided, whether or not anything changed; carries its inputs so that the run can be replayed. */
    record Decided(long step, Plan before, Signals seen, Decision decision) implements Entry {}

    /** A new plan, durable before anyone sees it. */
    record Planned(Plan plan, String reason) implements Entry {}

    /**
     * A step is fact.
     *
     * @param ranges positions of the epoch each rank trained, by rank
     * @param dropped tail of the previous epoch left out before this step
     * @param sampleDigest Σ mix64(epoch, sample) over the samples really fed, over all ranks
     * @param skipped the update was not applied (bad arithmetic), by policy
     * @param lossSum sum of per-sample losses before the update
     */
    record Commit(
            Generation generation,
            long step,
            long hash,
            long planVersion,
            List<List<Range>> ranges,
            List<Range> dropped,
            long sampleDigest,
            boolean skipped,
            double lossSum)
            implements Entry {}

    /** Metrics of a committed step. */
    record Evaluated(long step, List<Evaluation> sets) implements Entry {}

    /** A checkpoint of a committed step is whole on disk. */
    record Checkpoint(long step, long hash, String directory, String manifestSha256) implements Entry {}

    /** History after a step is given up; a new lineage begins. */
    record Rollback(long lineage, long toStep, String reason) implements Entry {}

    /** The run is over; nothing may follow. */
    record Finished(String status, long step, long hash, String reason) implements Entry {}

    /**
     * The arithmetic of a committed step was bad.
     *
     * @param ranks whose contributions were not finite; none if only their sum was not
     * @param skipped whether the update was skipped; else what was not finite counted as zero
     */
    record NonFinite(Generation generation, long step, List<Integer> ranks, boolean skipped) implements Entry {}

    /** From here on the run wants so many workers: an operator said so. */
    record Scaled(int workers) implements Entry {}

    /** These ranks begin a generation with nothing that compression kept back, whatever they had kept back before. */
    record NothingKept(Generation generation, List<Integer> ranks) implements Entry {}
}
