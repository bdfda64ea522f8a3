package rubato.verify;

import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import rubato.history.Entry;
import rubato.ledger.Positioned;
import rubato.plan.Plan;
import rubato.step.DataShape;
import rubato.step.StateName;
import rubato.world.World;

/**
 * The rules a ledger must keep, checked entry by entry along the lineage. Where a later rollback returns to, the accounting is
 * kept aside, so that what was given up is checked too but counts in no epoch.
 */
final class RunHistory {
    private final Violations violations;
    private final Set<Long> rollbackTargets;
    private final GenerationRules generations;
    private final PlanRules plans;
    private final StepHashes hashes = new StepHashes();
    private final SortedMap<Long, EpochCover> kept = new TreeMap<>();
    private @Nullable DataShape data;
    private @Nullable EpochCover cover;
    private boolean based;
    private long lastStep;
    private long lineage;
    private int rollbacks;
    private Entry.@Nullable Finished finished;

    RunHistory(Violations violations, Set<Long> rollbackTargets) {
        this.violations = violations;
        this.rollbackTargets = rollbackTargets;
        this.generations = new GenerationRules(violations);
        this.plans = new PlanRules(violations);
    }

    void accept(Positioned at) {
        Entry entry = at.entry();
        if (finished != null && !(entry instanceof Entry.Term)) violations.add(at, "follows the end of the run");
        finished = null;
        if (data == null && !(entry instanceof Entry.Begin)) violations.add(at, "the first entry must be Begin");
        if (entry instanceof Entry.Begin begin) begin(at, begin);
        else if (entry instanceof Entry.Term term) generations.term(at, term);
        else if (entry instanceof Entry.Seal seal) generations.seal(at, seal);
        else if (entry instanceof Entry.Activate activate) activate(at, activate);
        else if (entry instanceof Entry.Planned planned) plans.planned(at, planned.plan(), lastStep);
        else if (entry instanceof Entry.Commit commit) commit(at, commit);
        else if (entry instanceof Entry.Evaluated evaluated) requireCommitted(at, evaluated.step());
        else if (entry instanceof Entry.Checkpoint point) requireHash(at, point.step(), point.hash());
        else if (entry instanceof Entry.Rollback rollback) rollback(at, rollback);
        else if (entry instanceof Entry.Finished end) finish(at, end);
    }

    private void begin(Positioned at, Entry.Begin begin) {
        if (data != null) {
            violations.add(at, "the run begins a second time");
            return;
        }
        data = begin.data();
        cover = new EpochCover(begin.data(), violations);
        keepIfNeeded(0);
    }

    private void activate(Positioned at, Entry.Activate activate) {
        for (Entry.Commit commit : activate.completed()) {
            generations.completed(at, commit);
            count(at, commit);
        }
        generations.activate(at, activate);
        checkBase(at, activate.base());
        plans.activated(at, activate.plan(), activate.base().step());
        checkRanks(at, activate.plan(), activate.world());
    }

    private void checkBase(Positioned at, StateName base) {
        if (!based) {
            hashes.startAt(lastStep, base.hash());
            based = true;
        }
        if (base.step() != lastStep)
            violations.add(at, "activates a base at step " + base.step() + ", committed is step " + lastStep);
        else requireHash(at, base.step(), base.hash());
    }

    private void checkRanks(Positioned at, Plan plan, World world) {
        if (plan.shares().ranks() != world.size())
            violations.add(
                    at,
                    "plan " + plan.version() + " has shares for "
                            + plan.shares().ranks() + " ranks, the world has " + world.size());
    }

    private void commit(Positioned at, Entry.Commit commit) {
        generations.commit(at, commit);
        count(at, commit);
    }

    private void count(Positioned at, Entry.Commit commit) {
        if (commit.step() != lastStep + 1) {
            violations.add(at, "step " + commit.step() + " is committed after step " + lastStep);
            hashes.startAt(commit.step(), commit.hash());
        } else {
            hashes.add(commit.hash());
        }
        lastStep = commit.step();
        Plan inForce = plans.inForce(commit.step());
        Plan plan = plans.allows(commit.step(), commit.planVersion()) ? plans.known(commit.planVersion()) : inForce;
        if (plan == null || plan.version() != commit.planVersion())
            violations.add(
                    at,
                    "step " + commit.step() + " ran under plan " + commit.planVersion() + ", in force was "
                            + (inForce == null ? "none" : "plan " + inForce.version()));
        if (plan != null && cover != null) cover.commit(at, commit, plan);
        keepIfNeeded(lastStep);
    }

    private void keepIfNeeded(long step) {
        if (cover != null && rollbackTargets.contains(step)) kept.put(step, cover.copy());
    }

    private void requireCommitted(Positioned at, long step) {
        if (step < 0 || step > lastStep) violations.add(at, "names step " + step + ", committed is step " + lastStep);
    }

    private void requireHash(Positioned at, long step, long hash) {
        OptionalLong committed = hashes.of(step);
        if (committed.isEmpty()) violations.add(at, "names step " + step + ", which is not committed");
        else if (committed.getAsLong() != hash)
            violations.add(
                    at,
                    "names hash " + Long.toHexString(hash) + " for step " + step + ", committed was "
                            + Long.toHexString(committed.getAsLong()));
    }

    private void rollback(Positioned at, Entry.Rollback rollback) {
        rollbacks++;
        if (rollback.lineage() <= lineage)
            violations.add(at, "lineage " + rollback.lineage() + " does not follow " + lineage);
        lineage = rollback.lineage();
        EpochCover back = kept.get(rollback.toStep());
        if (rollback.toStep() > lastStep || back == null) {
            violations.add(at, "rolls back to step " + rollback.toStep() + ", committed is step " + lastStep);
            return;
        }
        cover = back.copy();
        kept.tailMap(rollback.toStep() + 1).clear();
        hashes.cutAfter(rollback.toStep());
        plans.rolledBack(rollback.toStep());
        generations.end();
        lastStep = rollback.toStep();
    }

    private void finish(Positioned at, Entry.Finished end) {
        finished = end;
        generations.end();
        if (end.step() != lastStep)
            violations.add(at, "finishes at step " + end.step() + ", committed is step " + lastStep);
        else if (based) requireHash(at, end.step(), end.hash());
    }

    boolean isFinished() {
        return finished != null;
    }

    List<EpochAccount> accounts() {
        Plan next = plans.inForce(lastStep + 1);
        int batchAfterEnd = finished == null || next == null ? 0 : next.globalBatch();
        return cover == null ? List.of() : cover.accounts(batchAfterEnd);
    }

    long steps() {
        return lastStep;
    }

    int generations() {
        return generations.activated();
    }

    int rollbacks() {
        return rollbacks;
    }
}
