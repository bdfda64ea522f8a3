package rubato.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import rubato.data.Samples;
import rubato.model.Kernels;
import rubato.random.Mix64;

/** PyTorch's autograd over any block, one pass per micro-batch; a micro-batch is a noise unit. */
final class Autograd implements Differentiation {
    private final Kernels kernels = Kernels.best();
    private final Network network;
    private final List<Tensor> tensors;
    private final float[] zeros;
    private final float[] unit;

    Autograd(Network network, int parameters) {
        this.network = network;
        this.tensors = network.tensors();
        this.zeros = new float[parameters];
        this.unit = new float[parameters];
    }

    @Override
    public Noise differentiate(Samples samples, int microBatch, float[] gradient) {
        if (samples.count() == 0) Arrays.fill(gradient, 0);
        double squaredNorms = 0;
        long units = 0;
        for (int from = 0; from < samples.count(); from += microBatch) {
            int count = Math.min(microBatch, samples.count() - from);
            backward(samples, from, count);
            float[] into = from == 0 ? gradient : unit;
            for (Tensor tensor : tensors) tensor.storeGradient(into);
            squaredNorms += kernels.squaredNorm(into, 0, zeros.length) / count;
            if (from > 0) kernels.add(gradient, 0, unit, 0, zeros.length);
            units++;
        }
        return new Noise(squaredNorms, units);
    }

    /** Leaves the summed gradient of these samples in the tensors. */
    private void backward(Samples samples, int from, int count) {
        for (Tensor tensor : tensors) tensor.clearGradient(zeros);
        network.engine().setRandomSeed(dropoutSeed(samples, from, count));
        try (NDManager scope = network.newScope();
                GradientCollector collector = network.engine().newGradientCollector()) {
            NDArray output = network.forward(network.rows().copy(samples, from, count, scope), true);
            float[] scores = network.readScores(output, count);
            network.loss().differentiate(scores, network.rows().labels(), count);
            int length = count * network.classes();
            NDArray delta = scope.create(FloatBuffer.wrap(scores, 0, length), new Shape(count, network.classes()));
            collector.backward(output.mul(delta).sum());
        }
    }

    /** Dropout draws from the engine's generator; seeding it by the samples keeps the result a function of the arguments. */
    private static int dropoutSeed(Samples samples, int from, int count) {
        long seed = count;
        for (int i = from; i < from + count; i++) seed = Mix64.mix(seed, samples.id(i));
        return (int) (seed & Integer.MAX_VALUE);
    }
}
