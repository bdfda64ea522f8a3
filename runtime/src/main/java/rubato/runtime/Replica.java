package rubato.runtime;

import java.util.ArrayList;
import java.util.List;
import rubato.checkpoint.Checkpoint;
import rubato.codec.CodecException;
import rubato.codec.RecordCodec;
import rubato.error.RubatoException;
import rubato.model.Kernels;
import rubato.model.Model;
import rubato.model.Segment;
import rubato.model.StateHash;
import rubato.optim.Optimizer;
import rubato.optim.Schedule;
import rubato.plan.AllReduce;
import rubato.plan.Plan;
import rubato.plan.Stop;
import rubato.policy.LearningRateRule;
import rubato.policy.RateProgress;
import rubato.random.Mix64;
import rubato.signal.NoiseEstimate;
import rubato.signal.NoiseEstimator;
import rubato.step.Cursor;
import rubato.step.StateName;
import rubato.step.StepTotals;

/**
 * Everything replicated, bit-identical on every worker: parameters, optimizer state, schedule progress, noise estimate,
 * cursor. Belongs to the training thread.
 */
final class Replica {
    /** The small replicated values besides the vectors; their encoding is hashed and checkpointed. */
    record Scalars(
            Cursor cursor,
            Plan plan,
            NoiseEstimator noise,
            RateProgress progress,
            long updates,
            long samples,
            double lastLoss) {}

    /**
     * A copy of everything replicated, made at a step boundary.
     *
     * @param vectors parameters, then the optimizer's state, as {@link Optimizer#state} orders it
     */
    record Frozen(StateName name, byte[] scalars, List<float[]> vectors) {
        Frozen {
            vectors = List.copyOf(vectors);
        }
    }

    private static final RecordCodec<Scalars> CODEC = RecordCodec.of(Scalars.class);

    private final Model model;
    private final Optimizer optimizer;
    private final Schedule schedule;
    private final LearningRateRule rule;
    private final double learningRate;
    private final int baseBatch;
    private final Kernels kernels = Kernels.best();
    private final float[] parameters;
    private Scalars scalars;
    private long hashedStep = -1;
    private long vectorsHash;

    Replica(
            Model model,
            Optimizer optimizer,
            Schedule schedule,
            LearningRateRule rule,
            double learningRate,
            int baseBatch,
            NoiseEstimator noise,
            Plan plan,
            long seed) {
        this.model = model;
        this.optimizer = optimizer;
        this.schedule = schedule;
        this.rule = rule;
        this.learningRate = learningRate;
        this.baseBatch = baseBatch;
        this.parameters = new float[model.parameterCount()];
        model.initialize(parameters, seed);
        this.scalars = new Scalars(Cursor.START, terms(plan), noise, RateProgress.START, 0, 0, Double.NaN);
    }

    float[] parameters() {
        return parameters;
    }

    Scalars scalars() {
        return scalars;
    }

    NoiseEstimate noise() {
        return scalars.noise().estimate();
    }

    /**
     * Applies a step's summed gradient (rule 5): mean over the verified count, noise estimate, learning rate, update, and in
     * the same pass over memory the hash of what came of it.
     *
     * @param gradient the sum over all ranks; overwritten
     * @param squaredNorm of that sum
     * @return learning rate used
     * @throws RubatoException diverged, if a parameter is no longer finite
     */
    double apply(long step, Plan plan, StepTotals totals, float[] gradient, double squaredNorm, Cursor after) {
        double scale = 1.0 / totals.samples();
        double norm2 = squaredNorm * scale * scale;
        NoiseEstimator noise = scalars.noise().next(totals.samples(), totals.squaredNorms(), totals.units(), norm2);
        RateProgress.Step rated = scalars.progress().step(rule, plan.globalBatch(), baseBatch, noise.estimate(), norm2);
        double rate = learningRate * schedule.factor(scalars.progress().steps()) * rated.gain() * plan.rateFactor();
        StateHash hash = StateHash.start(step);
        if (!optimizer.update(
                parameters,
                gradient,
                new Optimizer.Update(scale, norm2, rate),
                (from, to) -> addBlock(hash, from, to))) {
            throw RubatoException.diverged(
                    "step " + step + ": a parameter is no longer finite (learning rate " + rate + ")");
        }
        hashedStep = step;
        vectorsHash = hash.end();
        scalars = new Scalars(
                after,
                terms(plan),
                noise,
                rated.after(),
                optimizer.updates(),
                scalars.samples() + totals.samples(),
                totals.lossSum() / totals.samples());
        return rate;
    }

    /**
     * What a plan says of the arithmetic: when it began and when training stops are not part of the state, and how sums are made is
     * seen in the parameters.
     */
    private static Plan terms(Plan plan) {
        return new Plan(
                1,
                1,
                plan.globalBatch(),
                plan.shares(),
                plan.rateFactor(),
                plan.mode(),
                plan.compression(),
                AllReduce.PLAIN,
                Stop.NEVER);
    }

    /** A step whose arithmetic was bad: only the cursor moves. */
    void skip(Plan plan, StepTotals totals, Cursor after) {
        scalars = new Scalars(
                after,
                terms(plan),
                scalars.noise(),
                scalars.progress(),
                scalars.updates(),
                scalars.samples() + totals.samples(),
                scalars.lastLoss());
    }

    /** Σ g² of a reduced gradient in float64: finite exactly if its every number is. */
    double squaredNorm(float[] gradient) {
        return kernels.squaredNorm(gradient, 0, parameters.length);
    }

    /** The hash of everything replicated at a step. */
    long hash(long step) {
        return hash(step == hashedStep ? vectorsHash : vectorsHash(step), CODEC.encode(scalars));
    }

    /** The same, read anew from memory: another value if memory changed by itself. */
    long hashAnew(long step) {
        return hash(vectorsHash(step), CODEC.encode(scalars));
    }

    private static long hash(long vectors, byte[] scalars) {
        long hash = vectors;
        for (byte b : scalars) hash = hash * 0x100000001B3L ^ b;
        return Mix64.mix(hash);
    }

    private long vectorsHash(long step) {
        StateHash hash = StateHash.start(step);
        for (int from = 0; from < parameters.length; from += Optimizer.BLOCK)
            addBlock(hash, from, Math.min(from + Optimizer.BLOCK, parameters.length));
        return hash.end();
    }

    private void addBlock(StateHash hash, int from, int to) {
        hash.add(parameters, from, to);
        for (float[] vector : optimizer.state()) hash.add(vector, from, to);
    }

    Checkpoint checkpoint(StateName name) {
        List<Checkpoint.Tensor> tensors = new ArrayList<>();
        for (Segment segment : model.segments()) {
            tensors.add(new Checkpoint.Tensor(segment.name(), segment.shape(), parameters, segment.offset()));
        }
        List<String> names = optimizer.stateNames();
        for (int i = 0; i < names.size(); i++) {
            float[] vector = optimizer.state().get(i);
            tensors.add(new Checkpoint.Tensor("optimizer." + names.get(i), List.of(vector.length), vector, 0));
        }
        return new Checkpoint(name, tensors, CODEC.encode(scalars));
    }

    Frozen freeze(StateName name) {
        List<float[]> copies = vectors().stream().map(float[]::clone).toList();
        return new Frozen(name, CODEC.encode(scalars), copies);
    }

    /** Bytes of the vectors of a frozen copy. */
    long stateBytes() {
        long floats = parameters.length;
        for (float[] vector : optimizer.state()) floats += vector.length;
        return 4 * floats;
    }

    /** The live vectors, as a frozen copy orders them. */
    List<float[]> vectors() {
        List<float[]> live = new ArrayList<>();
        live.add(parameters);
        live.addAll(optimizer.state());
        return live;
    }

    /** The vectors of a frozen copy of this replica, to be filled. */
    List<float[]> emptyVectors() {
        List<float[]> empty = new ArrayList<>();
        empty.add(new float[parameters.length]);
        for (float[] vector : optimizer.state()) empty.add(new float[vector.length]);
        return empty;
    }

    /** Takes over a frozen copy. */
    void thaw(Frozen copy) {
        hashedStep = -1;
        try {
            scalars = CODEC.decode(copy.scalars());
        } catch (CodecException e) {
            throw RubatoException.failed("state " + copy.name() + " of a peer: " + e.getMessage());
        }
        System.arraycopy(copy.vectors().get(0), 0, parameters, 0, parameters.length);
        for (int i = 1; i < copy.vectors().size(); i++) {
            float[] into = optimizer.state().get(i - 1);
            System.arraycopy(copy.vectors().get(i), 0, into, 0, into.length);
        }
        optimizer.setUpdates(scalars.updates());
    }

    /** Takes over a checkpoint's state. */
    void restore(Checkpoint checkpoint, String where) {
        hashedStep = -1;
        for (Checkpoint.Tensor tensor : checkpoint.tensors()) {
            float[] into = parameters;
            int at = 0;
            if (tensor.name().startsWith("optimizer.")) {
                int index = optimizer.stateNames().indexOf(tensor.name().substring("optimizer.".length()));
                if (index < 0) throw mismatch(where, tensor);
                into = optimizer.state().get(index);
            } else {
                at = segment(tensor, where).offset();
            }
            if (at + tensor.length() > into.length) throw mismatch(where, tensor);
            System.arraycopy(tensor.data(), tensor.offset(), into, at, tensor.length());
        }
        scalars = decode(checkpoint, where);
        optimizer.setUpdates(scalars.updates());
    }

    static Scalars decode(Checkpoint checkpoint, String where) {
        try {
            return CODEC.decode(checkpoint.replica());
        } catch (CodecException e) {
            throw RubatoException.failed("checkpoint " + where + ": replicated values: " + e.getMessage());
        }
    }

    private Segment segment(Checkpoint.Tensor tensor, String where) {
        for (Segment segment : model.segments()) {
            if (segment.name().equals(tensor.name()) && segment.shape().equals(tensor.shape())) return segment;
        }
        throw mismatch(where, tensor);
    }

    private static RubatoException mismatch(String where, Checkpoint.Tensor tensor) {
        return RubatoException.failed(
                "checkpoint " + where + " does not fit the model: tensor " + tensor.name() + " " + tensor.shape());
    }
}
