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
import ai.djl.training.ParameterStore;
import ai.djl.util.Pair;
import java.util.List;
import rubato.data.DenseDataset;
import rubato.error.RubatoException;

/** A block with native memory for its parameters and for rows of samples, and the loss over its class scores. */
final class Network implements AutoCloseable {
    private final Engine engine;
    private final NDManager manager;
    private final Block block;
    private final ParameterStore store;
    private final List<Tensor> tensors;
    private final Rows rows;
    private final SoftmaxLoss loss;
    private final int classes;
    private float[] scores = {};

    /**
     * Makes native memory for a block.
     *
     * @param sample shape of one sample, without the batch dimension
     * @throws RubatoException if the block's parameters or output do not fit
     */
    Network(String kind, Block block, DenseDataset data, Shape sample) {
        this.engine = Torch.engine();
        this.manager = engine.newBaseManager(Device.cpu());
        this.block = block;
        this.classes = data.classes();
        this.rows = new Rows(manager, data, sample);
        this.loss = new SoftmaxLoss(classes);
        this.store = new ParameterStore(manager, false);
        block.initialize(manager, DataType.FLOAT32, rows.shape(1));
        checkParameters(kind);
        this.tensors = Tensor.of(block.getParameters());
        checkOutput(kind);
    }

    private void checkParameters(String kind) {
        if (block.getParameters().isEmpty()) throw RubatoException.usage("model " + kind + " has no parameters");
        for (Pair<String, Parameter> parameter : block.getParameters()) {
            if (parameter.getValue().requiresGradient()) continue;
            throw RubatoException.usage("model " + kind + " keeps a running statistic, " + parameter.getKey()
                            + ", which data-parallel workers cannot share")
                    .remedy("use layer normalization in place of batch normalization");
        }
    }

    private void checkOutput(String kind) {
        try (NDManager scope = manager.newSubManager()) {
            NDArray probe = scope.zeros(rows.shape(2), DataType.FLOAT32);
            Shape output = forward(probe, false).getShape();
            if (output.equals(new Shape(2, classes))) return;
            throw RubatoException.usage(
                    "model " + kind + " gives " + output + " for 2 samples; it must give (2, " + classes + ")");
        }
    }

    Engine engine() {
        return engine;
    }

    /** Native memory for one pass; close it to give back everything made in it. */
    NDManager newScope() {
        return manager.newSubManager();
    }

    List<Tensor> tensors() {
        return tensors;
    }

    Rows rows() {
        return rows;
    }

    SoftmaxLoss loss() {
        return loss;
    }

    int classes() {
        return classes;
    }

    /** The block's output for a batch. */
    NDArray forward(NDArray batch, boolean training) {
        return block.forward(store, new NDList(batch), training).singletonOrThrow();
    }

    /** Copies class scores out; the array is overwritten by the next call. */
    float[] readScores(NDArray output, int count) {
        if (scores.length < count * classes) scores = new float[count * classes];
        Tensor.view(output).get(0, scores, 0, count * classes);
        return scores;
    }

    @Override
    public void close() {
        manager.close();
    }
}
