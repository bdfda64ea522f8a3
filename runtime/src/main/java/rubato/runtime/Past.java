package rubato.runtime;

import java.util.List;
import java.util.Optional;
import rubato.history.Entry;
import rubato.plan.Plan;

/** What a ledger says of the run so far. */
final class Past {
    private Past() {}

    static long term(List<Entry> history) {
        long term = 0;
        for (Entry entry : history) if (entry instanceof Entry.Term begun) term = Math.max(term, begun.term());
        return term;
    }

    static long lineage(List<Entry> history) {
        long lineage = 0;
        for (Entry entry : history)
            if (entry instanceof Entry.Rollback back) lineage = Math.max(lineage, back.lineage());
        return lineage;
    }

    /** Last committed step of the surviving lineage. */
    static long committed(List<Entry> history) {
        long committed = 0;
        for (Entry entry : history) {
            if (entry instanceof Entry.Commit commit) committed = commit.step();
            if (entry instanceof Entry.Rollback back) committed = back.toStep();
        }
        return committed;
    }

    /** Checkpoints of the surviving lineage, oldest first. */
    static List<Entry.Checkpoint> checkpoints(List<Entry> history) {
        List<Entry.Checkpoint> kept = new java.util.ArrayList<>();
        for (Entry entry : history) {
            if (entry instanceof Entry.Checkpoint checkpoint) kept.add(checkpoint);
            if (entry instanceof Entry.Rollback back) kept.removeIf(old -> old.step() > back.toStep());
        }
        return kept;
    }

    static Optional<Plan> newestPlan(List<Entry> history) {
        Plan newest = null;
        for (Entry entry : history) {
            Plan plan = entry instanceof Entry.Activate activate
                    ? activate.plan()
                    : entry instanceof Entry.Planned planned ? planned.plan() : null;
            if (plan != null && (newest == null || plan.version() > newest.version())) newest = plan;
        }
        return Optional.ofNullable(newest);
    }
}
