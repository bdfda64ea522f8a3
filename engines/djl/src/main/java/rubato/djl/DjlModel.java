package rubato.djl;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.util.Pair;
import java.nio.FloatBuffer;
import java.util.List;
import rubato.data.DenseDataset;
import rubato.data.Samples;
import rubato.error.RubatoException;
import rubato.model.GradientResult;
import rubato.model.GradientSink;
import rubato.model.Model;
import rubato.model.Segment;
import rubato.random.Mix64;
import rubato.step.Evaluation;

/**
 * A DJL block with softmax cross-entropy loss, differentiated by PyTorch's autograd. Samples pass in micro-batches; each
 * is one noise unit and adds |Σ g|²/b to the squared norms. Same bits for the same arguments on the same type of machine
 * with the same number of threads (the engine picks its kernels by CPU).
 */
final class DjlModel implements Model {
    /** Rows per forward pass when only measuring. */
    private static final int EVALUATION_ROWS = 256;

    private final String kind;
    private final int classes;
    private final Engine engine;
    private final NDManager manager;
    private final Block block;
    private final ParameterStore store;
    private final List<Tensor> tensors;
    private final List<Segment> segments;
    private final Rows rows;
    private final SoftmaxLoss loss;
    private final float[] zeros;
    private final float[] unit;
    private float[] scores = {};

    DjlModel(String kind, Block block, DenseDataset data, Shape sample) {
        this.kind = kind;
        this.classes = data.classes();
        this.engine = Torch.engine();
        this.manager = engine.newBaseManager(Device.cpu());
        this.block = block;
        this.rows = new Rows(manager, data, sample);
        block.initialize(manager, DataType.FLOAT32, rows.shape(1));
        checkTrainable();
        this.store = new ParameterStore(manager, false);
        this.tensors = Tensor.of(block.getParameters());
        this.segments = tensors.stream().map(Tensor::segment).toList();
        this.loss = new SoftmaxLoss(classes);
        checkOutput();
        this.zeros = new float[parameterCount()];
        this.unit = new float[parameterCount()];
    }

    private void checkTrainable() {
        if (block.getParameters().isEmpty()) throw RubatoException.usage("model " + kind + " has no parameters");
        for (Pair<String, Parameter> parameter : block.getParameters()) {
            if (parameter.getValue().requiresGradient()) continue;
            throw RubatoException.usage("model " + kind + " keeps a running statistic, " + parameter.getKey()
                            + ", which data-parallel workers cannot share")
                    .remedy("use layer normalization in place of batch normalization");
        }
    }

    private void checkOutput() {
        try (NDManager scope = manager.newSubManager()) {
            NDArray probe = scope.zeros(rows.shape(2), DataType.FLOAT32);
            Shape output = block.forward(store, new NDList(probe), false)
                    .singletonOrThrow()
                    .getShape();
            if (output.equals(new Shape(2, classes))) return;
            throw RubatoException.usage(
                    "model " + kind + " gives " + output + " for 2 samples; it must give (2, " + classes + ")");
        }
    }

    @Override
    public String kind() {
        return kind;
    }

    @Override
    public List<Segment> segments() {
        return segments;
    }

    @Override
    public void initialize(float[] parameters, long seed) {
        for (int i = 0; i < tensors.size(); i++) Initial.fill(tensors.get(i), i, parameters, seed);
    }

    @Override
    public GradientResult gradient(
            float[] parameters, Samples samples, int microBatch, float[] gradient, GradientSink sink) {
        if (microBatch < 1) throw new IllegalArgumentException("microBatch must be >= 1, was " + microBatch);
        load(parameters);
        loss.reset();
        double squaredNorms = 0;
        long units = 0;
        for (int from = 0; from < samples.count(); from += microBatch) {
            int count = Math.min(microBatch, samples.count() - from);
            backward(samples, from, count);
            float[] into = from == 0 ? gradient : unit;
            for (Tensor tensor : tensors) tensor.storeGradient(into);
            squaredNorms += Sums.squaredNorm(into) / count;
            if (from > 0) Sums.add(unit, gradient);
            units++;
        }
        if (units == 0) java.util.Arrays.fill(gradient, 0);
        segments.forEach(sink::ready);
        boolean finite = Double.isFinite(loss.lossSum()) && Double.isFinite(squaredNorms);
        return new GradientResult(samples.count(), loss.lossSum(), loss.correct(), squaredNorms, units, finite);
    }

    /** Leaves the summed gradient of these samples in the tensors. */
    private void backward(Samples samples, int from, int count) {
        for (Tensor tensor : tensors) tensor.clearGradient(zeros);
        engine.setRandomSeed(dropoutSeed(samples, from, count));
        try (NDManager scope = manager.newSubManager();
                GradientCollector collector = engine.newGradientCollector()) {
            NDArray output = block.forward(store, new NDList(rows.copy(samples, from, count, scope)), true)
                    .singletonOrThrow();
            read(output, count);
            loss.differentiate(scores, rows.labels(), count);
            NDArray delta = scope.create(FloatBuffer.wrap(scores, 0, count * classes), new Shape(count, classes));
            collector.backward(output.mul(delta).sum());
        }
    }

    @Override
    public Evaluation evaluate(String set, float[] parameters, Samples samples) {
        load(parameters);
        loss.reset();
        for (int from = 0; from < samples.count(); from += EVALUATION_ROWS) {
            int count = Math.min(EVALUATION_ROWS, samples.count() - from);
            forward(samples, from, count);
            loss.measure(scores, rows.labels(), count);
        }
        return new Evaluation(set, samples.count(), loss.lossSum(), loss.correct());
    }

    @Override
    public float[] predict(float[] parameters, Samples one) {
        load(parameters);
        forward(one, 0, 1);
        float[] probabilities = java.util.Arrays.copyOf(scores, classes);
        loss.probabilities(probabilities);
        return probabilities;
    }

    private void forward(Samples samples, int from, int count) {
        try (NDManager scope = manager.newSubManager()) {
            NDList input = new NDList(rows.copy(samples, from, count, scope));
            read(block.forward(store, input, false).singletonOrThrow(), count);
        }
    }

    private void load(float[] parameters) {
        for (Tensor tensor : tensors) tensor.load(parameters);
    }

    private void read(NDArray output, int count) {
        if (scores.length < count * classes) scores = new float[count * classes];
        Tensor.view(output).get(0, scores, 0, count * classes);
    }

    /** Dropout draws from the engine's generator; seeding it by the samples keeps the result a function of the arguments. */
    private static int dropoutSeed(Samples samples, int from, int count) {
        long seed = count;
        for (int i = from; i < from + count; i++) seed = Mix64.mix(seed, samples.id(i));
        return (int) (seed & Integer.MAX_VALUE);
    }

    @Override
    public void close() {
        manager.close();
    }
}
