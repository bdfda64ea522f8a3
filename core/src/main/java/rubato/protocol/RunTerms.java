package rubato.protocol;

import java.util.List;
import rubato.plan.Plan;
import rubato.step.Cursor;
import rubato.step.StateName;

/**
 * What a coordinator starts from.
 *
 * @param term this coordinator's term, one above any before it
 * @param lineage of the state trained on
 * @param workers how many members the first generation needs
 * @param state name of the initial or checkpointed state; hash 0 = as the first member to join names it
 * @param plan its plan, with shares for exactly {@code workers} ranks
 * @param fingerprints what every member must agree on
 * @param config configuration handed to workers
 * @param checkpoint directory name they start from, or ""
 */
public record RunTerms(
        String run,
        String software,
        long term,
        long lineage,
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
            throw new IllegalArgumentException("plan has shares for " + plan.shares().ranks() + " ranks, run has " + workers);
        }
    }

}
