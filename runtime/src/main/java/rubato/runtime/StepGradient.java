package rubato.runtime;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import rubato.collective.Collective;
import rubato.collective.Gathered;
import rubato.config.RunConfig;
import rubato.data.Dataset;
import rubato.data.Samples;
import rubato.model.GradientResult;
import rubato.model.GradientSink;
import rubato.model.Model;
import rubato.model.Segment;
import rubato.plan.AllReduce;
import rubato.plan.Plan;
import rubato.protocol.BadArithmetic;
import rubato.protocol.Rhythm;
import rubato.protocol.WorkerAction;
import rubato.random.Permutation;
import rubato.seam.Clock;
import rubato.signal.LinkCosts;
import rubato.step.Contribution;
import rubato.step.Range;
import rubato.step.RangeDigest;
import rubato.step.SampleDigest;
import rubato.step.StepTimes;
import rubato.world.Generation;

/**
 * The gradient of a step: this rank's part of it, then the sum over all ranks, in one buffer. Where the plan says buckets, the sum
 * begins while the gradient is still being computed.
 */
final class StepGradient {
    private static final long SPUN_NANOS = 100_000;

    private final Model model;
    private final Dataset train;
    private final Rhythm rhythm;
    private final Clock clock;
    private final double slowdown;
    private final int microBatch;
    private final int practised;
    private final boolean clip;
    private final boolean measures;
    private final float[] gradient;
    private GradientExchange exchange;
    private @Nullable CollectiveExchange wire;
    private int[] ids = new int[0];
    private long permutedEpoch = -1;
    private Permutation permutation = Permutation.fileOrder(1);
    private int fed;
    private long computeNanos;
    private long readyNanos;
    private long waitNanos;
    private long wireNanos;
    private long sentBytes;
    private long savedBytes;
    private List<LinkCosts> costs = List.of();

    StepGradient(RunConfig config, Dataset train, Model model, Rhythm rhythm, Clock clock, double slowdown) {
        this.model = model;
        this.train = train;
        this.rhythm = rhythm;
        this.clock = clock;
        this.slowdown = slowdown;
        this.microBatch = config.noise().microBatch();
        this.practised = Math.min(
                train.size(),
                Math.max(1, config.batch().initial() / config.workers().count()));
        this.clip = rhythm.bad() == BadArithmetic.CLIP;
        this.measures = config.allReduce().isAdaptive();
        this.gradient = new float[model.parameterCount()];
        this.exchange = GradientExchange.of(model, config.run().seed());
    }

    /** This rank's part, or the sum once it is reduced. */
    float[] values() {
        return gradient;
    }

    /** What compression keeps. */
    GradientExchange exchange() {
        return exchange;
    }

    void exchangeBy(GradientExchange other) {
        exchange = other;
    }

    /**
     * Computes this rank's part.
     *
     * @param collective on which the sum may begin at once; none if the part is wanted by itself
     */
    Contribution compute(
            WorkerAction.Compute step,
            float[] parameters,
            long stateHash,
            long planVersion,
            @Nullable Collective collective) {
        long started = clock.nanos();
        long digest = gather(step);
        Sink sink = new Sink(collective == null ? null : begin(step, collective));
        GradientResult result = clipped(of(parameters, fed, sink));
        slowDown(started);
        computeNanos = clock.nanos() - started;
        readyNanos = sink.firstNanos == 0 ? 0 : clock.nanos() - sink.firstNanos;
        return new Contribution(
                stateHash,
                planVersion,
                result.samples(),
                RangeDigest.of(step.ranges()),
                digest,
                result.finite(),
                result.lossSum(),
                result.correct(),
                result.squaredNorms(),
                result.units());
    }

    /** @return where parts may go as soon as they are final, if any may before all of it is known */
    private @Nullable CollectiveExchange begin(WorkerAction.Compute step, Collective collective) {
        AllReduce how = step.plan().allReduce();
        CollectiveExchange open = new CollectiveExchange(collective, step.step(), how);
        wire = open;
        boolean early = how.bucketBytes() > 0 && exchange.isPlain(step.plan().compression()) && !clip;
        if (!early) return null;
        open.begin(gradient, gradient.length);
        return open;
    }

    /** Replaces the part by the sum over all ranks, and gathers the control words. */
    Gathered reduce(WorkerAction.Compute step, Generation generation, long[] control) {
        CollectiveExchange open = wire;
        if (open == null) throw new IllegalStateException("step " + step.step() + " was not begun");
        open.control(control);
        exchange.sum(generation, step, gradient, open);
        sentBytes = open.sentBytes();
        savedBytes = CollectiveExchange.sumBytes(4L * gradient.length, open.size()) - sentBytes;
        Gathered gathered = open.gathered();
        waitNanos = gathered.waitNanos();
        wireNanos = gathered.wireNanos();
        return gathered;
    }

    /** Measures messages, in the steps in which all do; only rank 0 tells. */
    void measure(long step, Collective collective) {
        costs = List.of();
        if (!measures || collective.size() < 2 || !Rhythm.measuresMessages(step)) return;
        Optional<LinkCosts> measured = collective.measure(gradient.length);
        if (collective.rank() == 0 && measured.isPresent()) costs = List.of(measured.get());
    }

    List<LinkCosts> costs() {
        return costs;
    }

    StepTimes times(long applyNanos) {
        return new StepTimes(fed, computeNanos, waitNanos, wireNanos, applyNanos, sentBytes, savedBytes, readyNanos);
    }

    /** A step of as many samples as a rank may get, to practise with. */
    WorkerAction.Compute practice(int round, Plan plan) {
        int start = (int) ((long) round * practised % (train.size() - practised + 1));
        return new WorkerAction.Compute(round, plan, List.of(new Range(0, start, practised)), 0, false);
    }

    private GradientResult of(float[] parameters, int count, Sink sink) {
        if (count == 0) {
            Arrays.fill(gradient, 0);
            sink.all(gradient.length);
            return new GradientResult(0, 0, 0, 0, 0, true);
        }
        int micro = microBatch > 0 ? microBatch : Math.max(1, count / 4);
        return model.gradient(parameters, new Samples(train, ids, 0, count), micro, gradient, sink);
    }

    /** With {@code on-nonfinite = clip}: what is not finite counts as zero, and the result stays marked. */
    private GradientResult clipped(GradientResult result) {
        if (!clip || result.finite()) return result;
        for (int i = 0; i < gradient.length; i++) if (!Float.isFinite(gradient[i])) gradient[i] = 0;
        return new GradientResult(
                result.samples(),
                finiteOrZero(result.lossSum()),
                result.correct(),
                finiteOrZero(result.squaredNorms()),
                result.units(),
                false);
    }

    private static double finiteOrZero(double value) {
        return Double.isFinite(value) ? value : 0;
    }

    private long gather(WorkerAction.Compute step) {
        if (step.epoch() != permutedEpoch) {
            permutation = rhythm.data().permutation(step.epoch());
            permutedEpoch = step.epoch();
        }
        fed = step.ranges().stream().mapToInt(Range::count).sum();
        if (ids.length < fed) ids = new int[fed];
        long digest = 0;
        int at = 0;
        for (Range range : step.ranges()) {
            for (int position = range.start(); position < range.end(); position++) {
                int sample = permutation.sampleAt(position);
                ids[at++] = sample;
                digest += SampleDigest.of(range.epoch(), sample);
            }
        }
        return digest;
    }

    /** Stretches the time since then; the last stretch is spun, because the system wakes threads late by up to as much. */
    void slowDown(long started) {
        if (slowdown <= 1) return;
        long until = started + (long) ((clock.nanos() - started) * slowdown);
        for (long left = until - clock.nanos(); left > 0; left = until - clock.nanos()) {
            if (left > SPUN_NANOS) LockSupport.parkNanos(left - SPUN_NANOS);
            else Thread.onSpinWait();
        }
    }

    /** Notes when the first part was final, and passes parts on. */
    private final class Sink implements GradientSink {
        private final @Nullable CollectiveExchange open;
        private long firstNanos;

        Sink(@Nullable CollectiveExchange open) {
            this.open = open;
        }

        @Override
        public void ready(Segment segment) {
            ready(segment.offset(), segment.offset() + segment.length());
        }

        void all(int length) {
            ready(0, length);
        }

        private void ready(int from, int to) {
            if (firstNanos == 0) firstNanos = clock.nanos();
            if (open != null) open.ready(from, to);
        }
    }
}
