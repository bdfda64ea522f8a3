package rubato.protocol;

import java.util.List;
import java.util.Optional;
import rubato.plan.Plan;
import rubato.step.Contribution;
import rubato.step.Cursor;
import rubato.step.Range;
import rubato.step.RangeDigest;
import rubato.step.StateName;

/** Who feeds what to a step: what the cursor gives it, cut by the shares of the plan in force. */
record Assignment(Cursor.Taken taken, Plan plan) {
    /** Ranges by rank. */
    List<List<Range>> ranges() {
        return Cursor.split(taken.ranges(), plan.shares().counts(taken.count()));
    }

    /**
     * Why a step is not to be applied (rule 5): ranks computed it from different states, or not from what they were assigned.
     *
     * @param from the state this rank computed from
     */
    Optional<String> disagreement(StateName from, int rank, List<Contribution> byRank) {
        List<List<Range>> assigned = ranges();
        for (int peer = 0; peer < byRank.size(); peer++) {
            Contribution part = byRank.get(peer);
            if (part.stateHash() != from.hash()) {
                return Optional.of("rank " + peer + " computed step " + (from.step() + 1) + " from state "
                        + Long.toHexString(part.stateHash()) + ", rank " + rank + " from "
                        + Long.toHexString(from.hash()));
            }
            int planned = assigned.get(peer).stream().mapToInt(Range::count).sum();
            if (part.samples() != planned || part.rangeDigest() != RangeDigest.of(assigned.get(peer))) {
                return Optional.of("rank " + peer + " fed " + part.samples() + " samples to step " + (from.step() + 1)
                        + " where plan " + plan.version() + " gives it " + planned);
            }
        }
        return Optional.empty();
    }
}
