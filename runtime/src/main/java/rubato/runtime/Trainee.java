package rubato.runtime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import rubato.checkpoint.Checkpoint;
import rubato.checkpoint.CheckpointStore;
import rubato.collective.Collective;
import rubato.config.RunConfig;
import rubato.data.Dataset;
import rubato.data.Samples;
import rubato.data.Split;
import rubato.disk.RealDisk;
import rubato.error.RubatoException;
import rubato.history.Entry;
import rubato.model.GradientResult;
import rubato.model.GradientSink;
import rubato.model.Model;
import rubato.net.LinkOptions;
import rubato.net.Token;
import rubato.plan.Plan;
import rubato.plan.Shares;
import rubato.protocol.Recipe;
import rubato.protocol.Rhythm;
import rubato.protocol.ToCoordinator;
import rubato.protocol.ToWorker;
import rubato.protocol.Worker;
import rubato.protocol.WorkerAction;
import rubato.random.Permutation;
import rubato.seam.Clock;
import rubato.step.Contribution;
import rubato.step.Cursor;
import rubato.step.Evaluation;
import rubato.step.Range;
import rubato.step.RangeDigest;
import rubato.step.SampleDigest;
import rubato.step.StateName;
import rubato.step.StepTimes;
import rubato.step.StepTotals;
import rubato.world.Generation;
import rubato.world.Member;

/** What a worker trains with: data, model, replica, and the arithmetic of a step. Belongs to the training thread. */
final class Trainee implements AutoCloseable {
    /** A checkpoint that is whole on disk. */
    record Stored(long hash, String directory, String manifestSha256) {}

    private static final long SPUN_NANOS = 100_000;

    private final RunConfig config;
    private final Split data;
    private final Model model;
    private Replica replica;
    private final Rhythm rhythm;
    private final CheckpointStore store;
    private final Clock clock;
    private final double slowdown;
    private final float[] gradient;
    private final ExecutorService writer = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "rubato-checkpoints");
        thread.setDaemon(true);
        return thread;
    });
    private StateName state;
    private int[] ids = new int[0];
    private long permutedEpoch = -1;
    private Permutation permutation = Permutation.fileOrder(1);
    private int fed;
    private long computeNanos;
    private long waitNanos;
    private long wireNanos;
    private long applyStarted;

    private Trainee(
            RunConfig config,
            Split data,
            Model model,
            Replica replica,
            CheckpointStore store,
            Clock clock,
            double slowdown,
            StateName state) {
        this.config = config;
        this.data = data;
        this.model = model;
        this.replica = replica;
        this.rhythm = Setup.rhythm(config, data);
        this.store = store;
        this.clock = clock;
        this.slowdown = slowdown;
        this.gradient = new float[model.parameterCount()];
        this.state = state;
    }

    /** How the configuration wants links to peers made. */
    LinkOptions links() {
        return config.net().links();
    }

    /** Opens data and model as the coordinator's configuration says; the state is the initial one. */
    static Trainee prepare(ToWorker.Welcome welcome, WorkerService.Terms terms, Clock clock) {
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
                new StateName(0, Generation.NONE, 0, replica.hash(0)));
    }

    List<ToCoordinator.Fingerprint> fingerprints() {
        return Setup.fingerprints(config, data);
    }

    /** How long to look for a coordinator that is gone. */
    Duration patience() {
        return Duration.ofMillis((long) (1000 * config.coordinators().waitSeconds()));
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

    /** A copy of the state held, for a peer. */
    Replica.Frozen freeze() {
        return replica.freeze(state);
    }

    /** Takes over a state from its holders; what was held is kept if that fails. */
    void fetch(Token token, StateName base, List<Member> holders, BooleanSupplier cancelled) {
        try (StateFetch fetch = new StateFetch(token, base, replica.emptyVectors())) {
            replica.thaw(fetch.from(holders, cancelled));
        }
        long hash = replica.hash(base.step());
        state = new StateName(base.lineage(), base.generation(), base.step(), hash);
        if (hash != base.hash()) throw RubatoException.lost("took over " + state + " where the base is " + base);
    }

    /** From now on the state held goes by this name: same step, same hash. */
    void rename(StateName base) {
        state = base;
    }

    /** Makes a state from a checkpoint and the steps recorded after it, playing every rank in turn (rule 16). */
    void recompute(Recipe recipe, StateName base, BooleanSupplier cancelled) {
        replica = Setup.replica(config, model, data);
        state = new StateName(base.lineage(), Generation.NONE, 0, replica.hash(0));
        if (!recipe.checkpoint().isEmpty()) load(recipe.checkpoint());
        for (Recipe.Redo redo : recipe.steps()) {
            if (cancelled.getAsBoolean()) throw RubatoException.lost(base + " is not wanted any more");
            redo(redo);
        }
        if (state.step() != base.step() || state.hash() != base.hash()) {
            throw RubatoException.diverged("recomputing gives " + state + ", recorded is " + base);
        }
        state = base;
    }

    private void load(String name) {
        Checkpoint checkpoint = store.load(name);
        replica.restore(checkpoint, name);
        state = checkpoint.name();
        if (replica.hash(state.step()) != state.hash())
            throw RubatoException.failed("checkpoint " + name + " holds another state than its manifest names");
    }

    private void redo(Recipe.Redo redo) {
        Entry.Commit commit = redo.commit();
        Plan plan = redo.plan();
        Cursor.Taken taken = replica.scalars()
                .cursor()
                .take(rhythm.data(), Math.min(plan.globalBatch(), rhythm.data().samples()));
        List<Contribution> byRank = new ArrayList<>();
        float[] sum = new float[gradient.length];
        for (int rank = 0; rank < commit.ranges().size(); rank++) {
            byRank.add(gradient(
                    new WorkerAction.Compute(
                            commit.step(), plan, commit.ranges().get(rank), taken.epoch()),
                    plan.version()));
            if (rank == 0) System.arraycopy(gradient, 0, sum, 0, sum.length);
            else for (int i = 0; i < sum.length; i++) sum[i] += gradient[i];
        }
        System.arraycopy(sum, 0, gradient, 0, sum.length);
        StepTotals totals = StepTotals.of(byRank);
        double squaredNorm = replica.squaredNorm(gradient);
        boolean finite = totals.finite() && Double.isFinite(squaredNorm);
        if (finite) replica.apply(commit.step(), plan, totals, gradient, squaredNorm, taken.after());
        else replica.skip(plan, totals, taken.after());
        long hash = replica.hash(commit.step());
        state = new StateName(state.lineage(), commit.generation(), commit.step(), hash);
        if (hash != commit.hash()) {
            throw RubatoException.diverged("recomputing step " + commit.step() + " gives " + Long.toHexString(hash)
                    + ", recorded is " + Long.toHexString(commit.hash()));
        }
    }

    float[] gradientVector() {
        return gradient;
    }

    int parameterCount() {
        return gradient.length;
    }

    /** Computes this rank's summed gradient of a step. */
    Contribution gradient(WorkerAction.Compute compute, long planVersion) {
        long started = clock.nanos();
        long digest = gather(compute);
        GradientResult result = gradientOf(fed);
        slowDown(started);
        computeNanos = clock.nanos() - started;
        return new Contribution(
                state.hash(),
                planVersion,
                result.samples(),
                RangeDigest.of(compute.ranges()),
                digest,
                result.finite(),
                result.lossSum(),
                result.correct(),
                result.squaredNorms(),
                result.units());
    }

    private GradientResult gradientOf(int count) {
        if (count == 0) {
            java.util.Arrays.fill(gradient, 0);
            return new GradientResult(0, 0, 0, 0, 0, true);
        }
        int micro = config.noise().microBatch() > 0 ? config.noise().microBatch() : Math.max(1, count / 4);
        return model.gradient(
                replica.parameters(), new Samples(data.train(), ids, 0, count), micro, gradient, GradientSink.NONE);
    }

    private long gather(WorkerAction.Compute compute) {
        if (compute.epoch() != permutedEpoch) {
            permutation = rhythm.data().permutation(compute.epoch());
            permutedEpoch = compute.epoch();
        }
        fed = compute.ranges().stream().mapToInt(Range::count).sum();
        if (ids.length < fed) ids = new int[fed];
        long digest = 0;
        int at = 0;
        for (Range range : compute.ranges()) {
            for (int position = range.start(); position < range.end(); position++) {
                int sample = permutation.sampleAt(position);
                ids[at++] = sample;
                digest += SampleDigest.of(range.epoch(), sample);
            }
        }
        return digest;
    }

    /** Stretches the time since then; the last stretch is spun, because the system wakes threads late by up to as much. */
    private void slowDown(long started) {
        if (slowdown <= 1) return;
        long until = started + (long) ((clock.nanos() - started) * slowdown);
        for (long left = until - clock.nanos(); left > 0; left = until - clock.nanos()) {
            if (left > SPUN_NANOS) LockSupport.parkNanos(left - SPUN_NANOS);
            else Thread.onSpinWait();
        }
    }

    void reduced(Collective.Gathered gathered) {
        waitNanos = gathered.waitNanos();
        wireNanos = gathered.wireNanos();
        applyStarted = clock.nanos();
    }

    /** Applies or skips the reduced gradient and names the new state. */
    List<WorkerAction> apply(WorkerAction.Apply apply, Worker worker) {
        Cursor after = worker.cursorAfter();
        double squaredNorm = replica.squaredNorm(gradient);
        boolean skip = apply.skip() || !Double.isFinite(squaredNorm);
        double rate = 0;
        if (skip) replica.skip(apply.plan(), apply.totals(), after);
        else rate = replica.apply(apply.step(), apply.plan(), apply.totals(), gradient, squaredNorm, after);
        state = new StateName(state.lineage(), worker.generation(), apply.step(), replica.hash(apply.step()));
        StepTimes times = new StepTimes(fed, computeNanos, waitNanos, wireNanos, clock.nanos() - applyStarted);
        return worker.applied(apply.step(), state.hash(), apply.totals(), skip, replica.noise(), rate, times);
    }

    /** This rank's part of the test set (and of the training set at the end). */
    List<Evaluation> evaluate(boolean last, int rank, int size) {
        long started = clock.nanos();
        List<Evaluation> parts = new ArrayList<>();
        parts.add(part("test", data.test(), rank, size));
        if (last) parts.add(part("train", data.train(), rank, size));
        slowDown(started);
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

    /** Copies the state and writes it in the background; tells of the outcome on the writer's thread. */
    void store(long step, Consumer<Stored> done, Consumer<RubatoException> failed) {
        Checkpoint copy = copied(replica.checkpoint(state));
        writer.execute(() -> {
            try {
                String sha256 = store.write(copy, Map.of("model", model.kind()));
                done.accept(new Stored(copy.name().hash(), CheckpointStore.directoryName(step), sha256));
            } catch (RubatoException e) {
                failed.accept(e);
            }
        });
    }

    private static Checkpoint copied(Checkpoint live) {
        List<Checkpoint.Tensor> tensors = live.tensors().stream()
                .map(t -> new Checkpoint.Tensor(
                        t.name(),
                        t.shape(),
                        java.util.Arrays.copyOfRange(t.data(), t.offset(), t.offset() + t.length()),
                        0))
                .toList();
        return new Checkpoint(live.name(), tensors, live.replica());
    }

    @Override
    public void close() {
        writer.shutdown();
        try {
            writer.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        model.close();
    }
}
