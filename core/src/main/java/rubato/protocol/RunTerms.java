package rubato.protocol;

import java.util.List;
import rubato.plan.Plan;
import rubato.step.Cursor;
import rubato.step.StateName;

/**
 * What a coordinator starts from.
 *
 * @param software a worker must run the same
 * @param term this coordinator's term, one above any before it
 * @param workers how many members the first generation needs
 * @param state name of the initial or checkpointed state; hash 0 = as the first member to join names it
 * @param plan its plan, with shares for exactly {@code workers} ranks
 * @param fingerprints what every member must agree on
 * @param config configuration handed to workers
 * @param checkpoint directory name they start from, or ""
 * @param samplesBefore trained before, along the surviving lineage
 * @param joinSeconds deadline for all members to join, and again to link up
 * @param stallSeconds longest silence of all workers together
 */
public record RunTerms(
        String software,
        long term,
        int workers,
        StateName state,
        Cursor cursor,
        Plan plan,
        List<ToCoordinator.Fingerprint> fingerprints,
        String config,
        String checkpoint,
        long samplesBefore,
        double joinSeconds,
        double stallSeconds) {
    public RunTerms {
        fingerprints = List.copyOf(fingerprints);
        if (plan.shares().ranks() != workers) {
            throw new IllegalArgumentException(
                    "plan has shares for " + plan.shares().ranks() + " ranks, run has " + workers);
        }
    }
}
