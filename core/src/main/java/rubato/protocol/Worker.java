package rubato.protocol;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import rubato.error.RubatoException;
import rubato.plan.Plan;
import rubato.signal.LinkCosts;
import rubato.signal.NoiseEstimate;
import rubato.step.Contribution;
import rubato.step.Cursor;
import rubato.step.Evaluation;
import rubato.step.Range;
import rubato.step.RangeDigest;
import rubato.step.StateName;
import rubato.step.StepTimes;
import rubato.step.StepTotals;
import rubato.world.Generation;
import rubato.world.WorkerId;
import rubato.world.World;

/**
 * One worker's side of the step, commit and generation protocol, pure: events in, actions out. Its driver performs the
 * actions one at a time, in order, and reports back.
 *
 * <p>A plan takes effect at the first step that is at least its {@code fromStep} and comes after a step in which every
 * rank was seen to hold it (the gathered minimum of versions, rule 14), or after a barrier, before which everyone holds the
 * same plans because every worker is sent the same messages in the same order.
 */
public final class Worker {
    private enum Phase {
        JOINING,
        INSTALLING,
        HELD,
        LINKING,
        LINKED,
        READY,
        COMPUTING,
        APPLYING,
        EVALUATING,
        FINISHING,
        SEALED,
        ENDED
    }

    private final WorkerId self;
    private final Rhythm rhythm;
    private final Deque<Plan> pending = new ArrayDeque<>();
    private final Deque<ToCoordinator.Vote> unresolved = new ArrayDeque<>();
    private Phase phase = Phase.JOINING;
    private Generation generation = Generation.NONE;
    private int rank = -1;
    private StateName state;
    private @Nullable World world;
    private @Nullable Plan plan;
    private Cursor cursor;
    private Cursor.@Nullable Taken taken;
    private boolean sealing;
    private boolean reattaching;
    private boolean owesMetrics;
    private long freezeAt = -1;
    private boolean owesCheckpoint;
    private List<Integer> storers = List.of();
    private List<Integer> nonFinite = List.of();
    private long checkpointed = -1;
    private long committed;
    private long barrier = -1;
    private long heldByAll;
    private int skippedInARow;

    public Worker(WorkerId self, Rhythm rhythm, StateName state, Cursor cursor) {
        this.self = self;
        this.rhythm = rhythm;
        this.cursor = cursor;
        this.state = state;
        this.committed = state.step();
    }

    public long completed() {
        return state.step();
    }

    public StateName state() {
        return state;
    }

    public Generation generation() {
        return generation;
    }

    public Cursor cursor() {
        return cursor;
    }

    /** The cursor once the step under way is applied. */
    public Cursor cursorAfter() {
        return taken().after();
    }

    public int rank() {
        return rank;
    }

    /** Highest plan version this worker holds, whether or not in force. */
    public long planVersion() {
        Plan newest = pending.peekLast();
        return newest != null ? newest.version() : plan().version();
    }

    public List<WorkerAction> on(ToWorker message) {
        if (phase == Phase.ENDED) return List.of();
        if (message instanceof ToWorker.Refused refused) return end(1, refused.reason());
        if (message instanceof ToWorker.Install install) return install(install);
        if (message instanceof ToWorker.Link link) return link(link.generation());
        if (message instanceof ToWorker.Activated activated) return activated(activated.generation());
        if (message instanceof ToWorker.Committed done) return committed(done);
        if (message instanceof ToWorker.Planned planned) return planned(planned.plan());
        if (message instanceof ToWorker.Freeze freeze) return freeze(freeze.step());
        if (message instanceof ToWorker.Follow follow) return follow(follow);
        if (message instanceof ToWorker.Sealed sealed) return sealed(sealed.generation());
        if (message instanceof ToWorker.Released released) return released(released);
        if (message instanceof ToWorker.StandBy) return joinAnew();
        if (message instanceof ToWorker.Complete all) return complete(all);
        if (message instanceof ToWorker.Abandon none)
            return List.of(new WorkerAction.Abandon(none.generation(), none.step()));
        if (message instanceof ToWorker.StoreAgain again) return storeAgain(again);
        if (message instanceof ToWorker.Finish finish) return end(0, finish.status());
        return List.of();
    }

    private List<WorkerAction> install(ToWorker.Install install) {
        if (install.world().generation().compareTo(generation) <= 0) return List.of();
        int place = install.world().rankOf(self);
        if (place < 0) return List.of();
        phase = Phase.INSTALLING;
        world = install.world();
        generation = install.world().generation();
        rank = place;
        sealing = false;
        plan = install.plan();
        heldByAll = install.plan().version();
        owesMetrics = install.evaluate();
        owesCheckpoint = install.store();
        storers = install.storers();
        checkpointed = install.checkpointed();
        pending.clear();
        return List.of(new WorkerAction.Hold(
                install.world(), install.base(), install.holders(), install.recipe(), install.store()));
    }

    /** The driver holds the base of a generation, with this cursor. */
    public List<WorkerAction> held(Generation of, StateName base, Cursor at) {
        if (phase != Phase.INSTALLING || !of.equals(generation)) return List.of();
        phase = Phase.HELD;
        state = base;
        cursor = at;
        committed = base.step();
        barrier = -1;
        unresolved.clear();
        return send(new ToCoordinator.Installed(generation, base));
    }

    /**
     * The driver could not come to hold the base; what it holds now is worth nothing.
     *
     * @param recomputed whether a recomputed step gave another hash than recorded
     */
    public List<WorkerAction> notHeld(Generation of, StateName holds, boolean recomputed, String reason) {
        state = holds;
        if (phase != Phase.INSTALLING || !of.equals(generation)) return List.of();
        return send(new ToCoordinator.NotInstalled(generation, state, recomputed, reason));
    }

    private List<WorkerAction> freeze(long step) {
        if (step <= state.step() && !busy()) return List.of(new WorkerAction.Freeze(state.step()));
        freezeAt = Math.max(step, state.step() + 1);
        return List.of();
    }

    private List<WorkerAction> follow(ToWorker.Follow follow) {
        return phase == Phase.JOINING ? List.of(new WorkerAction.Follow(follow.step(), follow.donors())) : List.of();
    }

    /** The driver has taken over a state and keeps up with the members. */
    public List<WorkerAction> followed(StateName caughtUp) {
        state = caughtUp;
        return phase == Phase.JOINING ? send(new ToCoordinator.Followed(caughtUp)) : List.of();
    }

    private List<WorkerAction> link(Generation next) {
        if (phase != Phase.HELD || !next.equals(generation) || world == null) return List.of();
        phase = Phase.LINKING;
        return List.of(new WorkerAction.Connect(world));
    }

    /** The driver is linked to all members. */
    public List<WorkerAction> linked(Generation of) {
        if (phase != Phase.LINKING || !of.equals(generation)) return List.of();
        phase = Phase.LINKED;
        return send(new ToCoordinator.Linked(generation));
    }

    private List<WorkerAction> activated(Generation active) {
        if (phase != Phase.LINKED || !active.equals(generation)) return List.of();
        phase = Phase.READY;
        if (stopReached()) return proceed();
        List<WorkerAction> actions = new ArrayList<>();
        if (owesCheckpoint) actions.addAll(store());
        if (!owesMetrics) {
            actions.addAll(proceed());
            return actions;
        }
        phase = Phase.EVALUATING;
        committed = state.step() - 1;
        barrier = state.step();
        actions.add(new WorkerAction.Evaluate(state.step(), false));
        return actions;
    }

    private boolean stopReached() {
        return plan().stop().reached(state.step(), next(plan()).epoch());
    }

    private List<WorkerAction> committed(ToWorker.Committed done) {
        if (!done.generation().equals(generation) || done.step() <= committed) return List.of();
        committed = done.step();
        while (!unresolved.isEmpty() && unresolved.getFirst().step() <= committed) unresolved.removeFirst();
        if (committed == barrier) {
            barrier = -1;
            heldByAll = planVersion();
        }
        return phase == Phase.READY ? proceed() : List.of();
    }

    private List<WorkerAction> planned(Plan next) {
        if (plan == null) return List.of();
        if (next.version() > planVersion()) pending.addLast(next);
        return phase == Phase.READY ? proceed() : List.of();
    }

    /** Rule 8: promise never to complete in the generation, and say what is held; at once, or when the work under way is done. */
    private List<WorkerAction> sealed(Generation which) {
        if (!which.equals(generation)) return List.of();
        sealing = true;
        return busy() ? List.of() : rest();
    }

    private List<WorkerAction> rest() {
        if (reattaching) return rejoin();
        phase = Phase.SEALED;
        return send(new ToCoordinator.AtRest(generation, state));
    }

    private List<WorkerAction> released(ToWorker.Released released) {
        return released.rejoin() ? joinAnew() : end(0, released.reason());
    }

    private List<WorkerAction> joinAnew() {
        unresolved.clear();
        return reattached();
    }

    /** Another coordinator took over: come to rest, then tell it what is held and every vote not known to be committed (rule 13). */
    public List<WorkerAction> reattached() {
        if (phase == Phase.ENDED) return List.of();
        sealing = true;
        reattaching = true;
        return busy() ? List.of() : rejoin();
    }

    private List<WorkerAction> rejoin() {
        phase = Phase.JOINING;
        sealing = false;
        reattaching = false;
        List<WorkerAction> actions = new ArrayList<>();
        actions.add(new WorkerAction.Rejoin(state));
        for (ToCoordinator.Vote vote : unresolved) actions.add(new WorkerAction.Send(vote));
        return actions;
    }

    private boolean busy() {
        return phase == Phase.COMPUTING || phase == Phase.APPLYING || phase == Phase.EVALUATING;
    }

    /** Begins the next step if the protocol allows it now; waits for a message otherwise. */
    private List<WorkerAction> proceed() {
        if (barrier > committed) return List.of();
        adopt();
        Plan now = plan();
        Cursor.Taken next = next(now);
        if (now.stop().reached(state.step(), next.epoch())) return finish();
        if (state.step() + 1 > committed + rhythm.window()) return List.of();
        taken = next;
        phase = Phase.COMPUTING;
        return List.of(new WorkerAction.Compute(
                state.step() + 1,
                now,
                myRanges(),
                next.epoch(),
                rhythm.transmitsWhole(state.step() + 1, now, cursor, next.after())));
    }

    private Cursor.Taken next(Plan now) {
        return cursor.take(
                rhythm.data(), Math.min(now.globalBatch(), rhythm.data().samples()));
    }

    /** The newest plan that may begin now is in force; one before it that was to begin later never is. */
    private void adopt() {
        Plan newest = null;
        for (Plan next : pending) {
            if (next.version() <= heldByAll && next.fromStep() <= state.step() + 1) newest = next;
        }
        if (newest == null) return;
        plan = newest;
        long adopted = newest.version();
        pending.removeIf(next -> next.version() <= adopted);
    }

    private List<WorkerAction> finish() {
        if (committed < state.step()) return List.of();
        phase = Phase.FINISHING;
        List<WorkerAction> actions = new ArrayList<>();
        if (plan().stop().isInterrupt())
            actions.addAll(send(new ToCoordinator.Evaluated(generation, state.step(), List.of())));
        else actions.add(new WorkerAction.Evaluate(state.step(), true));
        boolean alreadyStored = state.step() == checkpointed && state.step() > 0;
        if (!alreadyStored) actions.addAll(store());
        return actions;
    }

    /** This rank's part of a checkpoint of the present state, if it writes one. */
    private List<WorkerAction> store() {
        int part = storers.indexOf(rank);
        return part < 0 ? List.of() : List.of(new WorkerAction.Store(generation, state.step(), part, storers.size()));
    }

    private List<WorkerAction> storeAgain(ToWorker.StoreAgain again) {
        boolean held = again.generation().equals(generation) && again.step() == state.step();
        return phase == Phase.FINISHING && held ? store() : List.of();
    }

    private static List<WorkerAction> complete(ToWorker.Complete all) {
        return List.of(new WorkerAction.Complete(all.generation(), all.step(), all.digests()));
    }

    private List<Range> myRanges() {
        return ranges().get(rank);
    }

    private List<List<Range>> ranges() {
        Cursor.Taken now = taken();
        return Cursor.split(now.ranges(), plan().shares().counts(now.count()));
    }

    /**
     * The collective of a step brought every rank's contribution (rule 4). Everything is checked before anything is
     * applied (rule 5).
     */
    public List<WorkerAction> reduced(long step, List<Contribution> byRank) {
        if (phase != Phase.COMPUTING || step != state.step() + 1) return List.of();
        if (sealing) return rest();
        String wrong = disagreement(byRank);
        if (wrong != null) return broken(generation, -1, wrong);
        long least = Long.MAX_VALUE;
        for (Contribution part : byRank) least = Math.min(least, part.planVersion());
        heldByAll = Math.max(heldByAll, least);
        StepTotals totals = StepTotals.of(byRank);
        nonFinite = IntStream.range(0, byRank.size())
                .filter(peer -> !byRank.get(peer).finite())
                .boxed()
                .toList();
        phase = Phase.APPLYING;
        boolean skip = !totals.finite() && rhythm.bad() != BadArithmetic.CLIP;
        return List.of(new WorkerAction.Apply(step, plan(), totals, skip));
    }

    private @Nullable String disagreement(List<Contribution> byRank) {
        List<List<Range>> ranges = ranges();
        for (int peer = 0; peer < byRank.size(); peer++) {
            Contribution part = byRank.get(peer);
            int planned = ranges.get(peer).stream().mapToInt(Range::count).sum();
            if (part.stateHash() != state.hash()) {
                return "rank " + peer + " computed step " + (state.step() + 1) + " from state "
                        + Long.toHexString(part.stateHash()) + ", rank " + rank + " from "
                        + Long.toHexString(state.hash());
            }
            if (part.samples() != planned || part.rangeDigest() != RangeDigest.of(ranges.get(peer))) {
                return "rank " + peer + " fed " + part.samples() + " samples to step " + (state.step() + 1)
                        + " where plan " + plan().version() + " gives it " + planned;
            }
        }
        return null;
    }

    /**
     * Everything replicated now stands at the step; the hash names it.
     *
     * @param costs of messages, if this rank measured them in the step
     */
    public List<WorkerAction> applied(
            long step,
            long newHash,
            StepTotals totals,
            boolean skipped,
            NoiseEstimate noise,
            double rate,
            StepTimes times,
            List<LinkCosts> costs) {
        if (skipped && rhythm.bad() == BadArithmetic.STOP) {
            return fail(RubatoException.diverged(
                    "step " + step + ": a loss or gradient is not finite (on-nonfinite = stop)"));
        }
        skippedInARow = skipped ? skippedInARow + 1 : 0;
        if (skippedInARow >= Rhythm.MAX_SKIPPED) {
            return fail(RubatoException.diverged("step " + step + ": " + skippedInARow
                    + " steps in a row with a loss or gradient that is not finite"));
        }
        Cursor before = cursor;
        Plan now = plan();
        cursor = taken().after();
        state = new StateName(state.lineage(), generation, step, newHash);
        boolean last = stopReached();
        boolean evaluates = !last && rhythm.evaluatesAfter(step, now, before, cursor);
        if (last || evaluates) barrier = step;
        ToCoordinator.Vote vote = new ToCoordinator.Vote(
                generation,
                step,
                newHash,
                now.version(),
                skipped,
                nonFinite,
                evaluates,
                totals,
                noise,
                rate,
                times,
                costs);
        unresolved.addLast(vote);
        List<WorkerAction> actions = new ArrayList<>(send(vote));
        if (step == freezeAt) actions.add(new WorkerAction.Freeze(step));
        if (sealing) {
            actions.addAll(rest());
            return actions;
        }
        if (evaluates) actions.add(new WorkerAction.Evaluate(step, false));
        if (!last && rhythm.storesAfter(step, now, before, cursor)) actions.addAll(store());
        phase = evaluates ? Phase.EVALUATING : Phase.READY;
        if (!evaluates) actions.addAll(proceed());
        return actions;
    }

    /** This rank's part of the metrics of a step. */
    public List<WorkerAction> evaluated(long step, List<Evaluation> parts) {
        if (sealing && (phase == Phase.EVALUATING || phase == Phase.FINISHING)) return rest();
        if (phase != Phase.EVALUATING && phase != Phase.FINISHING) return List.of();
        List<WorkerAction> actions = new ArrayList<>(send(new ToCoordinator.Evaluated(generation, step, parts)));
        if (phase == Phase.EVALUATING) {
            phase = Phase.READY;
            actions.addAll(proceed());
        }
        return actions;
    }

    /** This worker's part of a checkpoint is whole on disk. */
    public List<WorkerAction> partStored(WorkerAction.Store part, long stateHash, List<String> digests) {
        return send(new ToCoordinator.StoredPart(
                part.generation(), part.step(), stateHash, part.part(), part.parts(), digests));
    }

    /** A checkpoint is whole on disk. */
    public List<WorkerAction> stored(
            Generation by, long step, long stateHash, String directory, String manifestSha256) {
        return send(new ToCoordinator.Stored(by, step, stateHash, directory, manifestSha256));
    }

    /** A checkpoint cannot be written: training goes on without it. */
    public List<WorkerAction> notStored(Generation by, long step, String reason) {
        return send(new ToCoordinator.NotStored(by, step, reason));
    }

    /** Rule 3: what is held does not have the hash it had. Nothing is contributed, everything held is thrown away. */
    public List<WorkerAction> corrupted(long found) {
        if (phase != Phase.COMPUTING) return List.of();
        phase = Phase.SEALED;
        unresolved.clear();
        String reason = "its state of step " + state.step() + " changed by itself: hash " + Long.toHexString(found)
                + ", was " + Long.toHexString(state.hash());
        return List.of(
                new WorkerAction.Forget(),
                new WorkerAction.Send(new ToCoordinator.Corrupted(generation, state.step(), reason)));
    }

    /** The driver holds the initial state again. */
    public List<WorkerAction> forgotten(StateName initial, Cursor at) {
        state = initial;
        cursor = at;
        return List.of();
    }

    /** A collective or link of a generation broke: seal at once and report (rule 8). */
    public List<WorkerAction> broken(Generation of, int peerRank, String reason) {
        if (phase == Phase.ENDED || phase == Phase.JOINING || !of.equals(generation)) return List.of();
        if (reattaching) return rejoin();
        phase = Phase.SEALED;
        return send(new ToCoordinator.Broken(generation, state, peerRank, reason));
    }

    /** This worker cannot go on. */
    public List<WorkerAction> fail(RubatoException error) {
        phase = Phase.ENDED;
        String reason = String.valueOf(error.getMessage());
        return List.of(
                new WorkerAction.Send(
                        new ToCoordinator.Failed(reason, error.kind().exitCode())),
                new WorkerAction.Exit(error.kind().exitCode(), reason));
    }

    private List<WorkerAction> end(int exitCode, String reason) {
        phase = Phase.ENDED;
        return List.of(new WorkerAction.Exit(exitCode, reason));
    }

    private static List<WorkerAction> send(ToCoordinator message) {
        return List.of(new WorkerAction.Send(message));
    }

    private Plan plan() {
        if (plan == null) throw new IllegalStateException(self + " has no plan before a generation is installed");
        return plan;
    }

    private Cursor.Taken taken() {
        if (taken == null) throw new IllegalStateException(self + " has no step under way");
        return taken;
    }
}
