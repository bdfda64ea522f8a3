package rubato.runtime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import rubato.checkpoint.Checkpoint;
import rubato.checkpoint.CheckpointStore;
import rubato.collective.Collective;
import rubato.collective.Gathered;
import rubato.config.RunConfig;
import rubato.data.Dataset;
import rubato.data.Samples;
import rubato.data.Split;
import rubato.disk.RealDisk;
import rubato.error.RubatoException;
import rubato.history.Entry;
import rubato.model.Model;
import rubato.net.Exposure;
import rubato.net.LinkOptions;
import rubato.net.Route;
import rubato.net.Token;
import rubato.plan.Plan;
import rubato.plan.Shares;
import rubato.protocol.AppliedStep;
import rubato.protocol.Recipe;
import rubato.protocol.Residual;
import rubato.protocol.Rhythm;
import rubato.protocol.ToCoordinator;
import rubato.protocol.ToWorker;
import rubato.protocol.Worker;
import rubato.protocol.WorkerAction;
import rubato.seam.Clock;
import rubato.step.Contribution;
import rubato.step.Cursor;
import rubato.step.Evaluation;
import rubato.step.Range;
import rubato.step.StateName;
import rubato.step.StepTimes;
import rubato.step.StepTotals;
import rubato.world.Generation;
import rubato.world.Member;
import rubato.world.WorkerId;

/** What a worker trains with: data, model, replica, and the arithmetic of a step. Belongs to the training thread. */
final class Trainee implements AutoCloseable {
    private final RunConfig config;
    private final Split data;
    private final Model model;
    private Replica replica;
    private final Rhythm rhythm;
    private final CheckpointStore store;
    private final CheckpointWriter checkpoints;
    private final Clock clock;
    private final Kept kept;
    private final WorkerId self;
    private final StepGradient gradient;
    private StateName state;
    private long applyStarted;

    private Trainee(
            RunConfig config,
            Split data,
            Model model,
            Replica replica,
            CheckpointStore store,
            Clock clock,
            double slowdown,
            WorkerId self,
            StateName state,
            Kept kept) {
        this.kept = kept;
        this.config = config;
        this.data = data;
        this.model = model;
        this.replica = replica;
        this.rhythm = Setup.rhythm(config, data);
        this.store = store;
        this.checkpoints = new CheckpointWriter(store, model.kind(), clock);
        this.clock = clock;
        this.gradient = new StepGradient(config, data.train(), model, rhythm, clock, slowdown);
        this.self = self;
        this.state = state;
    }

    /** How the configuration wants links to peers made. */
    LinkOptions links() {
        return config.net().links();
    }

    /** Opens data and model as the coordinator's configuration says; the state is the initial one. */
    static Trainee prepare(ToWorker.Welcome welcome, WorkerTerms terms, Clock clock, Kept kept) {
        RunConfig config = RunConfig.parse(welcome.config());
        Split data = Setup.data(config, terms.dataHome(), line -> {});
        Model model = Setup.model(config, data);
        Replica replica = Setup.replica(config, model, data);
        CheckpointStore store = new CheckpointStore(terms.runDirectory().resolve("checkpoints"), new RealDisk());
        return new Trainee(
                config,
                data,
                model,
                replica,
                store,
                clock,
                Setup.slowdown(config, terms.id().name()),
                terms.id(),
                new StateName(0, Generation.NONE, 0, replica.hash(0)),
                kept);
    }

    List<ToCoordinator.Fingerprint> fingerprints() {
        return Setup.fingerprints(config, data);
    }

    /** How long to look for a coordinator that is gone. */
    Duration patience() {
        return config.coordinators().patience();
    }

    Rhythm rhythm() {
        return rhythm;
    }

    StateName state() {
        return state;
    }

    Cursor cursor() {
        return replica.scalars().cursor();
    }

    /** Whether this is the state held, whatever it was called before. */
    boolean holds(StateName name) {
        return state.step() == name.step() && state.hash() == name.hash();
    }

    /** A copy of the state held, for a peer. */
    Replica.Frozen freeze() {
        return replica.freeze(state);
    }

    private Residual residual() {
        return gradient.exchange().residual();
    }

    /** Takes over a state from its holders; what was held is kept if that fails. */
    void fetch(
            Token token,
            Exposure exposure,
            Route route,
            StateName base,
            List<Member> holders,
            BooleanSupplier cancelled) {
        long updates = replica.scalars().updates();
        try (StateFetch fetch = new StateFetch(token, exposure, route, replica.emptyVectors())) {
            thaw(fetch.named(base, holders, cancelled));
        }
        residual().tookOver(base, replica.scalars().updates() > updates);
    }

    private void thaw(Replica.Frozen copy) {
        replica.thaw(copy);
        StateName name = copy.name();
        long hash = replica.hash(name.step());
        state = new StateName(name.lineage(), name.generation(), name.step(), hash);
        if (hash != name.hash()) throw RubatoException.lost("took over " + state + " where " + name + " was meant");
    }

    /** Takes over what donors freeze after a step, ready to follow them from there. */
    StateFetch follow(
            Token token, Exposure exposure, Route route, WorkerAction.Follow follow, BooleanSupplier cancelled) {
        residual().forget();
        StateFetch fetch = new StateFetch(token, exposure, route, replica.emptyVectors());
        try {
            thaw(fetch.frozenAfter(follow.step(), follow.donors(), cancelled));
            return fetch;
        } catch (RubatoException e) {
            fetch.close();
            throw e;
        }
    }

    /**
     * Does once more what a donor did in the next step, waiting for it as long as this.
     *
     * @return how many steps the donor is ahead, or -1 if it has not done the next one
     */
    long keepUp(StateFetch fetch, long millis) {
        StateMessage.Delta delta = fetch.delta(state.step() + 1, gradient.values(), millis);
        if (delta == null) return -1;
        Plan plan = delta.plan();
        Cursor.Taken taken = replica.scalars()
                .cursor()
                .take(rhythm.data(), Math.min(plan.globalBatch(), rhythm.data().samples()));
        settle(delta.step(), plan, delta.totals(), delta.skipped(), taken.after());
        state = new StateName(state.lineage(), delta.generation(), delta.step(), replica.hash(delta.step()));
        if (state.hash() != delta.hash())
            throw RubatoException.lost(
                    "following gives " + state + " where the donor has " + Long.toHexString(delta.hash()));
        return delta.newest() - delta.step();
    }

    /** Applies the reduced gradient, or skips it, as it was done before. */
    private void settle(long step, Plan plan, StepTotals totals, boolean skipped, Cursor after) {
        if (skipped) replica.skip(plan, totals, after);
        else replica.apply(step, plan, totals, gradient.values(), replica.squaredNorm(gradient.values()), after);
    }

    /** Bytes of a state handed over. */
    long stateBytes() {
        return replica.stateBytes();
    }

    /** Whether compression has kept nothing back. */
    boolean keepsNothingBack() {
        return gradient.exchange().keepsNothing();
    }

    /** Gives up what compression has not transmitted. */
    void keepNothingBack() {
        residual().forget();
    }

    /** Begins to keep what is needed to follow the present state. */
    void keep() {
        kept.begin(freeze(), clock.nanos());
    }

    /** Whether there is something for others to follow. */
    boolean keeps() {
        return kept.newest() >= 0;
    }

    /** From now on the state held goes by this name: same step, same hash. */
    void rename(StateName base) {
        residual().renamed(state, base);
        state = base;
    }

    /** Makes a state from a checkpoint and the steps recorded after it, playing every rank in turn (rule 16). */
    void recompute(Recipe recipe, StateName base, BooleanSupplier cancelled) {
        forget();
        if (!recipe.checkpoint().isEmpty()) load(recipe.checkpoint(), recipe.hash());
        PlayedRanks ranks = new PlayedRanks(model, config.run().seed());
        for (Recipe.Redo redo : recipe.steps()) {
            if (cancelled.getAsBoolean()) throw RubatoException.lost(base + " is not wanted any more");
            redo(redo, ranks);
        }
        if (state.step() != base.step() || state.hash() != base.hash()) {
            throw RubatoException.diverged("recomputing gives " + state + ", recorded is " + base);
        }
        state = base;
        GradientExchange mine = ranks.of(self);
        if (mine == null) residual().forget();
        else gradient.exchangeBy(mine);
    }

    /** Throws away what is held, down to the initial state. */
    void forget() {
        residual().forget();
        replica = Setup.replica(config, model, data);
        state = new StateName(0, Generation.NONE, 0, replica.hash(0));
    }

    /** The hash of what is held, computed anew: not that of {@link #state()} if memory changed by itself (rule 3). */
    long hashNow() {
        return replica.hashAnew(state.step());
    }

    private void load(String name, long hash) {
        Checkpoint checkpoint = store.load(name);
        replica.restore(checkpoint, name);
        state = checkpoint.name();
        if (replica.hash(state.step()) != state.hash())
            throw RubatoException.failed("checkpoint " + name + " holds another state than its manifest names");
        if (state.hash() != hash)
            throw RubatoException.failed(
                    "checkpoint " + name + " holds " + state + ", registered was " + Long.toHexString(hash));
    }

    private void redo(Recipe.Redo redo, PlayedRanks ranks) {
        Entry.Commit commit = redo.commit();
        Plan plan = redo.plan();
        Cursor before = replica.scalars().cursor();
        Cursor.Taken taken = before.take(
                rhythm.data(), Math.min(plan.globalBatch(), rhythm.data().samples()));
        boolean whole = rhythm.transmitsWhole(commit.step(), plan, before, taken.after());
        List<Contribution> byRank = new ArrayList<>();
        List<float[]> gradients = new ArrayList<>();
        for (List<Range> ranges : commit.ranges()) {
            WorkerAction.Compute part = new WorkerAction.Compute(commit.step(), plan, ranges, taken.epoch(), whole);
            byRank.add(gradient.compute(part, replica.parameters(), state.hash(), plan.version(), null));
            gradients.add(gradient.values().clone());
        }
        ranks.sum(redo, new WorkerAction.Compute(commit.step(), plan, List.of(), taken.epoch(), whole), gradients);
        System.arraycopy(gradients.get(0), 0, gradient.values(), 0, model.parameterCount());
        StepTotals totals = StepTotals.of(byRank);
        settle(commit.step(), plan, totals, commit.skipped(), taken.after());
        ranks.resolved(commit.skipped());
        long hash = replica.hash(commit.step());
        state = new StateName(state.lineage(), commit.generation(), commit.step(), hash);
        if (hash != commit.hash()) {
            throw RubatoException.diverged("recomputing step " + commit.step() + " gives " + Long.toHexString(hash)
                    + ", recorded is " + Long.toHexString(commit.hash()));
        }
    }

    /** Steps to practise with until there are real ones; none if the state is too large to hold it twice. */
    Optional<Practice> practice() {
        if (!Practice.hasRoom(replica.stateBytes(), Runtime.getRuntime().maxMemory())) return Optional.empty();
        return Optional.of(new Practice(
                gradient,
                Setup.replica(config, model, data),
                Setup.plan(config),
                clock,
                new EnoughPractice(new CompilerTime())));
    }

    /** Computes this rank's part of a step's gradient; its sum over all ranks may begin meanwhile. */
    Contribution gradient(WorkerAction.Compute compute, long planVersion, Collective collective) {
        return gradient.compute(compute, replica.parameters(), state.hash(), planVersion, collective);
    }

    /** Replaces this rank's part by the sum over all ranks, and gathers the control words. */
    Gathered reduce(WorkerAction.Compute compute, Generation generation, Collective collective, long[] control) {
        Gathered gathered = gradient.reduce(compute, generation, control);
        gradient.measure(compute.step(), collective);
        applyStarted = clock.nanos();
        return gathered;
    }

    /** Applies or skips the reduced gradient and names the new state. */
    List<WorkerAction> apply(WorkerAction.Apply apply, Worker worker) {
        Cursor after = worker.cursorAfter();
        float[] sum = gradient.values();
        double squaredNorm = replica.squaredNorm(sum);
        boolean skip = apply.skip() || !Double.isFinite(squaredNorm);
        double rate = 0;
        float[] reduced = kept.isOpen(clock.nanos()) ? kept.copy(sum) : null;
        if (skip) {
            residual().skipped();
            replica.skip(apply.plan(), apply.totals(), after);
        } else {
            rate = replica.apply(apply.step(), apply.plan(), apply.totals(), sum, squaredNorm, after);
            residual().applied();
        }
        state = new StateName(state.lineage(), worker.generation(), apply.step(), replica.hash(apply.step()));
        if (reduced != null)
            kept.add(new Kept.Step(
                    state.generation(), apply.step(), apply.plan(), apply.totals(), skip, state.hash(), reduced));
        StepTimes times = gradient.times(clock.nanos() - applyStarted);
        return worker.applied(new AppliedStep(
                apply.step(), state.hash(), apply.totals(), skip, replica.noise(), rate, times, gradient.costs()));
    }

    /** This rank's part of the test set (and of the training set at the end). */
    List<Evaluation> evaluate(boolean last, int rank, int size) {
        long started = clock.nanos();
        List<Evaluation> parts = new ArrayList<>();
        parts.add(part("test", data.test(), rank, size));
        if (last) parts.add(part("train", data.train(), rank, size));
        gradient.slowDown(started);
        return parts;
    }

    /** Ranks evaluate in proportion to what they train, so that a slow one keeps nobody waiting here either. */
    private Evaluation part(String set, Dataset samples, int rank, int size) {
        Shares planned = replica.scalars().plan().shares();
        int[] counts = (planned.ranks() == size ? planned : Shares.equal(size)).counts(samples.size());
        int from = java.util.Arrays.stream(counts).limit(rank).sum();
        int to = from + counts[rank];
        if (from == to) return new Evaluation(set, 0, 0, 0);
        int[] all = java.util.stream.IntStream.range(from, to).toArray();
        return model.evaluate(set, replica.parameters(), new Samples(samples, all, 0, all.length));
    }

    /** Copies this worker's part of a checkpoint of the present state; the rest happens in the background. */
    void store(WorkerAction.Store action, BiConsumer<Long, List<String>> done, Consumer<RubatoException> failed) {
        checkpoints.store(replica.checkpoint(state), action, done, failed);
    }

    CheckpointWriter checkpoints() {
        return checkpoints;
    }

    @Override
    public void close() {
        checkpoints.close();
        model.close();
    }
}
