package rubato.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import rubato.data.Dataset;
import rubato.data.Samples;
import rubato.random.SplitMix;
import rubato.step.Evaluation;

/**
 * Linear layers with ReLU between them and an objective at the end: softmax and logistic regression (no hidden layer) and the
 * multi-layer perceptron. Per-sample squared gradient norms are exact: layer l's gradient of one sample is the outer product x·δᵀ, so its
 * squared norm is |δ|²(|x|² + 1), without the 1 if there is no bias (Goodfellow 2015, arXiv 1510.01799).
 */
final class FeedForward implements Model {
    /** Purpose of the random stream: "init". */
    static final long INITIALIZATION = 0x696E6974L;

    private final String kind;
    private final boolean he;
    private final List<Layer> layers;
    private final Kernels kernels;
    private final Input input;
    private final Objective objective;
    /** Outputs of each layer for one block (samples × outputs); the last becomes δ in place, then each becomes its own δ. */
    private final float[][] outputs;

    private float[] delta = new float[0];

    /** @param hidden widths between features and outputs */
    FeedForward(ModelSpec spec, List<Integer> hidden, Objective objective, Dataset data, Kernels kernels) {
        this.kind = spec.kind();
        this.he = spec.init().equals("he");
        this.objective = objective;
        this.layers = stack(data.features(), hidden, objective.outputs(), spec.bias());
        this.kernels = kernels;
        this.input = Input.of(data, kernels);
        this.outputs = new float[layers.size()][0];
    }

    private static List<Layer> stack(int features, List<Integer> hidden, int last, boolean bias) {
        List<Layer> layers = new ArrayList<>();
        int inputs = features;
        for (int l = 0; l <= hidden.size(); l++) {
            int width = l < hidden.size() ? hidden.get(l) : last;
            String prefix = hidden.isEmpty() ? "" : "layer" + l + ".";
            layers.add(Layer.at(layers.isEmpty() ? 0 : layers.get(l - 1).end(), prefix, inputs, width, bias));
            inputs = width;
        }
        return List.copyOf(layers);
    }

    @Override
    public String kind() {
        return kind;
    }

    @Override
    public List<Segment> segments() {
        return layers.stream().flatMap(layer -> layer.segments().stream()).toList();
    }

    /**
     * He's normal distribution N(0, 2/inputs) for weights and zero for biases (He et al. 2015, eq. 10). With {@code zeros} the
     * last layer starts at zero; hidden ones, which could never leave zero, are drawn all the same.
     */
    @Override
    public void initialize(float[] parameters, long seed) {
        Arrays.fill(parameters, 0, parameterCount(), 0f);
        SplitMix random = SplitMix.forPurpose(seed, INITIALIZATION);
        int drawn = he ? layers.size() : layers.size() - 1;
        for (Layer layer : layers.subList(0, drawn)) {
            double deviation = Math.sqrt(2.0 / layer.inputs());
            int from = layer.weight().offset();
            for (int i = 0; i < layer.weight().length(); i++)
                parameters[from + i] = (float) (deviation * random.nextGaussian());
        }
    }

    @Override
    public GradientResult gradient(
            float[] parameters, Samples samples, int microBatch, float[] gradient, GradientSink sink) {
        Arrays.fill(gradient, 0, parameterCount(), 0f);
        Sums sums = new Sums();
        int count = samples.count();
        for (int from = 0; from < count; from += Input.BLOCK) {
            int rows = Math.min(Input.BLOCK, count - from);
            forward(parameters, samples, from, rows);
            toDelta(samples, from, rows, sums);
            backward(parameters, rows, gradient, sums, from + rows == count ? sink : GradientSink.NONE);
        }
        if (count == 0) layers.forEach(layer -> layer.segments().forEach(sink::ready));
        return sums.result(count, true);
    }

    @Override
    public Evaluation evaluate(String set, float[] parameters, Samples samples) {
        Sums sums = new Sums();
        for (int from = 0; from < samples.count(); from += Input.BLOCK) {
            int rows = Math.min(Input.BLOCK, samples.count() - from);
            forward(parameters, samples, from, rows);
            for (int row = 0; row < rows; row++) score(samples, from, row, sums);
        }
        return new Evaluation(set, samples.count(), sums.loss, sums.correct);
    }

    @Override
    public float[] predict(float[] parameters, Samples one) {
        forward(parameters, one, 0, 1);
        return objective.probabilities(outputs[layers.size() - 1], 0);
    }

    private void forward(float[] parameters, Samples samples, int from, int rows) {
        input.load(samples, from, rows);
        for (int l = 0; l < layers.size(); l++) {
            Layer layer = layers.get(l);
            int size = rows * layer.outputs();
            if (outputs[l].length < size) outputs[l] = new float[size];
            layer.startRows(parameters, outputs[l], rows);
            multiply(l, parameters, rows);
            if (l + 1 < layers.size()) kernels.relu(outputs[l], 0, size);
        }
    }

    private void multiply(int l, float[] parameters, int rows) {
        Layer layer = layers.get(l);
        int weight = layer.weight().offset();
        if (l == 0) input.multiply(parameters, weight, outputs[0], layer.outputs());
        else
            kernels.multiply(
                    outputs[l - 1], 0, parameters, weight, outputs[l], 0, rows, layer.inputs(), layer.outputs());
    }

    private int score(Samples samples, int from, int row, Sums sums) {
        float[] scores = outputs[layers.size() - 1];
        int label = samples.data().label(samples.id(from + row));
        sums.loss += objective.loss(scores, row * width(), label);
        if (objective.hit(label)) sums.correct++;
        return label;
    }

    private void toDelta(Samples samples, int from, int rows, Sums sums) {
        for (int row = 0; row < rows; row++) {
            int label = score(samples, from, row, sums);
            objective.gradient(outputs[layers.size() - 1], row * width(), label);
        }
    }

    private int width() {
        return objective.outputs();
    }

    private void backward(float[] parameters, int rows, float[] gradient, Sums sums, GradientSink sink) {
        for (int l = layers.size() - 1; l >= 0; l--) {
            addNorms(l, rows, sums);
            addGradient(l, rows, gradient);
            layers.get(l).segments().forEach(sink::ready);
            if (l > 0) propagate(l, parameters, rows);
        }
    }

    private void addNorms(int l, int rows, Sums sums) {
        Layer layer = layers.get(l);
        double one = layer.hasBias() ? 1 : 0;
        for (int row = 0; row < rows; row++) {
            double deltaNorm = kernels.squaredNorm(outputs[l], row * layer.outputs(), (row + 1) * layer.outputs());
            sums.squaredNorms += deltaNorm * (inputNorm(l, row) + one);
        }
    }

    private double inputNorm(int l, int row) {
        if (l == 0) return input.squaredNorm(row);
        int width = layers.get(l).inputs();
        return kernels.squaredNorm(outputs[l - 1], row * width, (row + 1) * width);
    }

    private void addGradient(int l, int rows, float[] gradient) {
        Layer layer = layers.get(l);
        int weight = layer.weight().offset();
        if (l == 0) input.multiplyTransposed(outputs[0], gradient, weight, layer.outputs());
        else
            kernels.multiplyTransposedLeft(
                    outputs[l - 1], 0, outputs[l], 0, gradient, weight, layer.inputs(), rows, layer.outputs());
        layer.addBias(outputs[l], rows, gradient, kernels);
    }

    /** Turns the outputs of layer l − 1 into its δ: (δ_l·W_lᵀ) where the output was positive, else 0. */
    private void propagate(int l, float[] parameters, int rows) {
        Layer layer = layers.get(l);
        int size = rows * layer.inputs();
        if (delta.length < size) delta = new float[size];
        Arrays.fill(delta, 0, size, 0f);
        kernels.multiplyTransposedRight(
                outputs[l], 0, parameters, layer.weight().offset(), delta, 0, rows, layer.outputs(), layer.inputs());
        kernels.reluBackward(delta, 0, outputs[l - 1], 0, size);
        float[] spare = outputs[l - 1];
        outputs[l - 1] = delta;
        delta = spare;
    }
}
