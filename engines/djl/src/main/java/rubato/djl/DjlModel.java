package rubato.djl;

import java.util.Arrays;
import java.util.List;
import rubato.data.Samples;
import rubato.model.GradientResult;
import rubato.model.GradientSink;
import rubato.model.Model;
import rubato.model.Segment;
import rubato.step.Evaluation;

/**
 * A DJL network with softmax cross-entropy loss, run by PyTorch on one flat parameter vector. Same bits for the same
 * arguments on the same type of machine with the same number of threads (the engine picks its kernels by CPU).
 */
final class DjlModel implements Model {
    /** Rows per forward pass when only measuring. */
    private static final int EVALUATION_ROWS = 256;

    private final String kind;
    private final Network network;
    private final Differentiation differentiation;
    private final List<Segment> segments;

    private DjlModel(String kind, Network network, Differentiation differentiation) {
        this.kind = kind;
        this.network = network;
        this.differentiation = differentiation;
        this.segments = segments(network);
    }

    /** A model of any block, differentiated by autograd. */
    static DjlModel ofBlock(String kind, Network network) {
        Segment last = segments(network).get(network.tensors().size() - 1);
        return new DjlModel(kind, network, new Autograd(network, last.offset() + last.length()));
    }

    /** A model of linear layers with ReLU between them. */
    static DjlModel ofLinearLayers(String kind, Network network) {
        return new DjlModel(kind, network, new LinearChain(network));
    }

    private static List<Segment> segments(Network network) {
        return network.tensors().stream().map(Tensor::segment).toList();
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
        for (int i = 0; i < segments.size(); i++) Initial.fill(network.tensors().get(i), i, parameters, seed);
    }

    @Override
    public GradientResult gradient(
            float[] parameters, Samples samples, int microBatch, float[] gradient, GradientSink sink) {
        if (microBatch < 1) throw new IllegalArgumentException("microBatch must be >= 1, was " + microBatch);
        load(parameters);
        SoftmaxLoss loss = network.loss();
        Differentiation.Noise noise = differentiation.differentiate(samples, microBatch, gradient);
        segments.forEach(sink::ready);
        boolean finite = Double.isFinite(loss.lossSum()) && Double.isFinite(noise.squaredNorms());
        return new GradientResult(
                samples.count(), loss.lossSum(), loss.correct(), noise.squaredNorms(), noise.units(), finite);
    }

    @Override
    public Evaluation evaluate(String set, float[] parameters, Samples samples) {
        load(parameters);
        SoftmaxLoss loss = network.loss();
        for (int from = 0; from < samples.count(); from += EVALUATION_ROWS) {
            int count = Math.min(EVALUATION_ROWS, samples.count() - from);
            loss.measure(scores(samples, from, count), network.rows().labels(), count);
        }
        return new Evaluation(set, samples.count(), loss.lossSum(), loss.correct());
    }

    @Override
    public float[] predict(float[] parameters, Samples one) {
        load(parameters);
        float[] probabilities = Arrays.copyOf(scores(one, 0, 1), network.classes());
        network.loss().probabilities(probabilities);
        return probabilities;
    }

    private float[] scores(Samples samples, int from, int count) {
        try (var scope = network.newScope()) {
            return network.readScores(network.forward(network.rows().copy(samples, from, count, scope), false), count);
        }
    }

    /** Loads the parameters and starts new sums. */
    private void load(float[] parameters) {
        for (Tensor tensor : network.tensors()) tensor.load(parameters);
        network.loss().reset();
    }

    @Override
    public void close() {
        network.close();
    }
}
