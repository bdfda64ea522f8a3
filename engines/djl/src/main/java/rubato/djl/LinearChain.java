package rubato.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import rubato.data.Samples;
import rubato.model.Kernels;

/**
 * Back-propagation through linear layers with ReLU between them, by hand: PyTorch multiplies the matrices of many samples
 * at once, and because a linear layer's gradient of one sample is δ ⊗ (x, 1), its squared norm is exactly |δ|²(|x|² + 1)
 * (Goodfellow 2015, arXiv:1510.01799). So every sample is a noise unit and no pass is split for the noise's sake.
 */
final class LinearChain implements Differentiation {
    /** Rows of one pass: enough for the matrix products, small enough for the cache. */
    private static final int ROWS = 512;

    private final Kernels kernels = Kernels.best();
    private final Network network;
    private final List<LinearLayer> layers;
    private double[] norms = {};
    private float[] partial = {};

    LinearChain(Network network) {
        this.network = network;
        this.layers = LinearLayer.of(network.tensors(), kernels);
    }

    @Override
    public Noise differentiate(Samples samples, int microBatch, float[] gradient) {
        if (samples.count() == 0) Arrays.fill(gradient, 0);
        if (samples.count() > ROWS && partial.length == 0) partial = new float[gradient.length];
        double squaredNorms = 0;
        for (int from = 0; from < samples.count(); from += ROWS) {
            int rows = Math.min(ROWS, samples.count() - from);
            float[] into = from == 0 ? gradient : partial;
            try (NDManager scope = network.newScope()) {
                NDArray batch = network.rows().copy(samples, from, rows, scope);
                squaredNorms += pass(batch, rows, into, scope);
            }
            if (from > 0) kernels.add(gradient, 0, partial, 0, partial.length);
        }
        return new Noise(squaredNorms, samples.count());
    }

    private double pass(NDArray batch, int rows, float[] gradient, NDManager scope) {
        List<NDArray> inputs = new ArrayList<>();
        layers.get(0).useInputNorms(batchNorms(rows));
        NDArray output = batch;
        for (LinearLayer layer : layers) {
            if (!inputs.isEmpty()) layer.rectify(output, rows);
            inputs.add(output);
            output = layer.forward(output);
        }
        double squaredNorms = 0;
        NDArray delta = lossDelta(output, rows, scope);
        for (int i = layers.size() - 1; i >= 0; i--) {
            LinearLayer layer = layers.get(i);
            layer.storeGradient(delta, inputs.get(i), rows, gradient);
            squaredNorms += layer.squaredNorms(rows);
            if (i > 0) delta = layer.backward(delta, rows, layers.get(i - 1));
        }
        return squaredNorms;
    }

    private double[] batchNorms(int rows) {
        if (norms.length < rows) norms = new double[rows];
        network.rows().squaredNorms(rows, norms);
        return norms;
    }

    private NDArray lossDelta(NDArray output, int rows, NDManager scope) {
        int classes = network.classes();
        float[] scores = network.readScores(output, rows);
        network.loss().differentiate(scores, network.rows().labels(), rows);
        System.arraycopy(scores, 0, layers.get(layers.size() - 1).delta(rows * classes), 0, rows * classes);
        return scope.create(FloatBuffer.wrap(scores, 0, rows * classes), new Shape(rows, classes));
    }
}
