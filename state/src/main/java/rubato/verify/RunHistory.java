package rubato.verify;

import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import rubato.history.Entry;
import rubato.ledger.Positioned;
import rubato.plan.Plan;
import rubato.step.DataShape;
import rubato.step.StateName;
import rubato.world.World;

/**
 * The rules a ledger must keep, checked entry by entry along the lineage; {@link Verifier} and the simulator read with the same
 * eyes. Committed history only extends within a lineage, one hash per step, no gap (P1); a base covers everything committed (P2);
 * generations and terms grow and only the open one commits (P4); accounts and plans are exact (P5, P6); a checkpoint names a
 * committed hash (P9). Where a later rollback may return to, the accounting is kept aside, so that what was given up is checked
 * too but counts in no epoch.
 */
public final class RunHistory {
    private final Violations violations;
    private final LongPredicate isRollbackTarget;
    private final GenerationRules generations;
    private final PlanRules plans;
    private final StepHashes hashes = new StepHashes();
    private final SortedMap<Long, EpochCover> kept = new TreeMap<>();
    private @Nullable DataShape data;
    private @Nullable EpochCover cover;
    private boolean based;
    private long lastStep;
    private boolean lastSkipped;
    private long lineage;
    private int rollbacks;
    private Entry.@Nullable Finished finished;

    /** Reads a history of which nothing is known beforehand. */
    public RunHistory() {
        this(new Violations(), step -> true);
    }

    RunHistory(Violations violations, LongPredicate isRollbackTarget) {
        this.violations = violations;
        this.isRollbackTarget = isRollbackTarget;
        this.generations = new GenerationRules(violations);
        this.plans = new PlanRules(violations);
    }

    public void accept(Positioned at) {
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
        else if (entry instanceof Entry.NonFinite bad) nonFinite(at, bad);
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
        generations.completing(at, activate);
        for (Entry.Commit commit : activate.completed()) step(at, commit);
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
        if (base.lineage() != lineage)
            violations.add(at, "activates a base of lineage " + base.lineage() + ", the history is of " + lineage);
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
        step(at, commit);
    }

    private void step(Positioned at, Entry.Commit commit) {
        if (commit.step() != lastStep + 1) {
            violations.add(at, "step " + commit.step() + " is committed after step " + lastStep);
            hashes.startAt(commit.step(), commit.hash());
        } else {
            hashes.add(commit.hash());
        }
        lastStep = commit.step();
        lastSkipped = commit.skipped();
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

    private void nonFinite(Positioned at, Entry.NonFinite bad) {
        requireCommitted(at, bad.step());
        if (bad.step() == lastStep && bad.skipped() != lastSkipped)
            violations.add(at, "says step " + bad.step() + " was " + (bad.skipped() ? "" : "not ") + "skipped");
    }

    private void keepIfNeeded(long step) {
        if (cover != null && isRollbackTarget.test(step)) kept.put(step, cover.copy());
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

    /** What is wrong so far, one line each. */
    public List<String> violations() {
        return violations.lines();
    }

    public boolean isFinished() {
        return finished != null;
    }

    /** What became of each epoch begun. */
    public List<EpochAccount> accounts() {
        Plan next = plans.inForce(lastStep + 1);
        int batchAfterEnd = finished == null || next == null ? 0 : next.globalBatch();
        return cover == null ? List.of() : cover.accounts(batchAfterEnd);
    }

    /** Committed steps of the lineage. */
    public long steps() {
        return lastStep;
    }

    public int generations() {
        return generations.activated();
    }

    public int rollbacks() {
        return rollbacks;
    }
}
