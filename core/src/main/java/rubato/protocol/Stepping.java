package rubato.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import rubato.error.RubatoException;
import rubato.plan.Plan;
import rubato.step.Contribution;
import rubato.step.Cursor;
import rubato.step.Evaluation;
import rubato.step.StateName;
import rubato.step.StepTotals;
import rubato.world.Generation;

/**
 * A worker's steps within a generation: compute, check, apply, vote, and at some of them evaluate and store. Begins each as soon as
 * plan, window and barrier allow, waits for a message otherwise.
 */
final class Stepping {
    private enum Work {
        NONE,
        WAITING,
        COMPUTING,
        APPLYING,
        EVALUATING,
        FINISHING
    }

    private final Rhythm rhythm;
    private final HeldPlans plans = new HeldPlans();
    private final CommitWindow window;
    private final SkippedSteps skippedSteps;
    private Work work = Work.NONE;
    private Generation generation = Generation.NONE;
    private int rank = -1;
    private CheckpointDuty checkpoints = CheckpointDuty.NONE;
    private StateName state;
    private Cursor cursor;
    private @Nullable Assignment assignment;
    private boolean stopping;
    private boolean owesMetrics;
    private long freezeAt = -1;

    Stepping(Rhythm rhythm, StateName state, Cursor cursor) {
        this.rhythm = rhythm;
        this.state = state;
        this.cursor = cursor;
        this.window = new CommitWindow(rhythm.window(), state.step());
        this.skippedSteps = new SkippedSteps(rhythm.bad());
    }

    StateName state() {
        return state;
    }

    Cursor cursor() {
        return cursor;
    }

    Generation generation() {
        return generation;
    }

    int rank() {
        return rank;
    }

    long newestPlanVersion() {
        return plans.newestVersion();
    }

    Cursor cursorAfter() {
        return assignment().taken().after();
    }

    CommitWindow window() {
        return window;
    }

    /** Something is under way that comes to its end before the worker rests. */
    boolean isBusy() {
        return work == Work.COMPUTING || work == Work.APPLYING || work == Work.EVALUATING;
    }

    boolean isComputing() {
        return work == Work.COMPUTING;
    }

    boolean isEvaluating() {
        return work == Work.EVALUATING || work == Work.FINISHING;
    }

    /** Whether the contributions to this step are what it waits for. */
    boolean reduces(long step) {
        return work == Work.COMPUTING && step == state.step() + 1;
    }

    boolean isStopping() {
        return stopping;
    }

    /** Finishes what is under way and begins nothing more. */
    void stop() {
        stopping = true;
    }

    /** Nothing is under way any more. */
    void halt() {
        work = Work.NONE;
        stopping = false;
    }

    /** A generation is proposed, with this worker at a rank of it. */
    void install(ToWorker.Install install, int ownRank) {
        halt();
        generation = install.world().generation();
        rank = ownRank;
        plans.install(install.plan());
        owesMetrics = install.evaluate();
        checkpoints =
                new CheckpointDuty(generation, ownRank, install.storers(), install.checkpointed(), install.store());
    }

    /** Another state is held than the one trained. */
    void holds(StateName other) {
        state = other;
    }

    void holds(StateName other, Cursor at) {
        state = other;
        cursor = at;
    }

    /** The base of the generation is held. */
    void startAt(StateName base, Cursor at) {
        holds(base, at);
        window.startAt(base.step());
    }

    /** Freezes a copy after this step, or after the next one if it has passed. */
    List<WorkerAction> freeze(long step) {
        if (step <= state.step() && !isBusy()) return List.of(new WorkerAction.Freeze(state.step()));
        freezeAt = Math.max(step, state.step() + 1);
        return List.of();
    }

    /** The generation is durable. */
    List<WorkerAction> begin() {
        work = Work.WAITING;
        if (stopReached()) return proceed();
        List<WorkerAction> actions = new ArrayList<>();
        if (checkpoints.owed()) actions.addAll(checkpoints.store(state.step()));
        if (!owesMetrics) {
            actions.addAll(proceed());
            return actions;
        }
        work = Work.EVALUATING;
        window.owesMetricsOf(state.step());
        actions.add(new WorkerAction.Evaluate(state.step(), false));
        return actions;
    }

    private boolean stopReached() {
        return plans.inForce()
                .stop()
                .reached(state.step(), next(plans.inForce()).epoch());
    }

    List<WorkerAction> committed(ToWorker.Committed done) {
        if (!done.generation().equals(generation) || window.isCommitted(done.step())) return List.of();
        if (window.commit(done.step())) plans.barrierPassed();
        return work == Work.WAITING ? proceed() : List.of();
    }

    List<WorkerAction> planned(Plan next) {
        if (!plans.isInstalled()) return List.of();
        plans.add(next);
        return work == Work.WAITING ? proceed() : List.of();
    }

    private List<WorkerAction> proceed() {
        if (window.isHeldBack()) return List.of();
        long step = state.step() + 1;
        plans.adoptFor(step);
        Plan plan = plans.inForce();
        Cursor.Taken next = next(plan);
        if (plan.stop().reached(state.step(), next.epoch())) return finish();
        if (!window.admits(step)) return List.of();
        assignment = new Assignment(next, plan);
        work = Work.COMPUTING;
        return List.of(new WorkerAction.Compute(
                step,
                plan,
                assignment.ranges().get(rank),
                next.epoch(),
                rhythm.transmitsWhole(step, plan, cursor, next.after())));
    }

    private Cursor.Taken next(Plan plan) {
        return cursor.take(
                rhythm.data(), Math.min(plan.globalBatch(), rhythm.data().samples()));
    }

    private List<WorkerAction> finish() {
        if (!window.isCommitted(state.step())) return List.of();
        work = Work.FINISHING;
        List<WorkerAction> actions = new ArrayList<>();
        if (plans.inForce().stop().isInterrupt())
            actions.add(new WorkerAction.Send(new ToCoordinator.Evaluated(generation, state.step(), List.of())));
        else actions.add(new WorkerAction.Evaluate(state.step(), true));
        actions.addAll(checkpoints.storeLast(state.step()));
        return actions;
    }

    List<WorkerAction> storeAgain(ToWorker.StoreAgain again) {
        boolean held = again.generation().equals(generation) && again.step() == state.step();
        return work == Work.FINISHING && held ? checkpoints.store(state.step()) : List.of();
    }

    Optional<String> disagreement(List<Contribution> byRank) {
        return assignment().disagreement(state, rank, byRank);
    }

    /** All agree: the step is applied, or skipped by all. */
    List<WorkerAction> reduced(long step, List<Contribution> byRank) {
        plans.seenByAll(
                byRank.stream().mapToLong(Contribution::planVersion).min().orElse(Long.MAX_VALUE));
        StepTotals totals = StepTotals.of(byRank);
        work = Work.APPLYING;
        return List.of(new WorkerAction.Apply(step, plans.inForce(), totals, skippedSteps.skips(byRank, totals)));
    }

    /** Why training cannot go on after a step that was applied or skipped, if it cannot. */
    Optional<RubatoException> settled(long step, boolean skipped) {
        return skippedSteps.settled(step, skipped);
    }

    /** Everything replicated now stands at the step; the hash names it. */
    List<WorkerAction> applied(AppliedStep done) {
        long step = done.step();
        Cursor before = cursor;
        Plan plan = plans.inForce();
        holds(new StateName(state.lineage(), generation, step, done.hash()), cursorAfter());
        boolean last = stopReached();
        boolean evaluates = !last && rhythm.evaluatesAfter(step, plan, before, cursor);
        if (last || evaluates) window.holdBackAt(step);
        ToCoordinator.Vote vote = done.vote(generation, plan.version(), skippedSteps.nonFinite(), evaluates);
        window.voted(vote);
        List<WorkerAction> actions = new ArrayList<>();
        actions.add(new WorkerAction.Send(vote));
        if (step == freezeAt) actions.add(new WorkerAction.Freeze(step));
        if (stopping) return actions;
        if (evaluates) actions.add(new WorkerAction.Evaluate(step, false));
        if (!last && rhythm.storesAfter(step, plan, before, cursor)) actions.addAll(checkpoints.store(step));
        work = evaluates ? Work.EVALUATING : Work.WAITING;
        if (!evaluates) actions.addAll(proceed());
        return actions;
    }

    /** This rank's part of the metrics of a step is here. */
    List<WorkerAction> evaluated(long step, List<Evaluation> parts) {
        List<WorkerAction> actions = new ArrayList<>();
        actions.add(new WorkerAction.Send(new ToCoordinator.Evaluated(generation, step, parts)));
        if (work == Work.EVALUATING) {
            work = Work.WAITING;
            actions.addAll(proceed());
        }
        return actions;
    }

    private Assignment assignment() {
        if (assignment == null) throw new IllegalStateException("no step is under way");
        return assignment;
    }
}
