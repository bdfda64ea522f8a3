package rubato.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import rubato.data.Dataset;
import rubato.data.Samples;
import rubato.random.SplitMix;
import rubato.step.Evaluation;

/**
 * A factorization machine of degree 2 for two classes (Rendle, ICDM 2010, eq. 1 and lemma 3.1):
 * {@code z = b + Σ_i w_i x_i + ½ Σ_f [(Σ_i v_if x_i)² − Σ_i v_if² x_i²]}, so a sample costs O(non-zeros × factors). With
 * s_f = Σ_i v_if x_i the slopes are δ for b, δ·x_i for w_i and δ·x_i(s_f − v_if x_i) for v_if; per-sample squared norms are the
 * sums of their squares.
 */
final class FactorizationMachine implements Model {
    /** Spread of the first factors, as in libFM. */
    private static final double DEVIATION = 0.1;

    private final int features;
    private final int factors;
    private final List<Segment> segments;
    private final int bias;
    private final int weight;
    private final int factor;
    private final Kernels kernels;
    private final SparseInput input;
    private final LogisticLoss objective = new LogisticLoss();
    /** s_f of the sample at hand. */
    private final double[] sums;

    FactorizationMachine(ModelSpec spec, Dataset data, Kernels kernels) {
        this.features = data.features();
        this.factors = spec.factors();
        this.weight = 0;
        this.factor = features;
        this.bias = spec.bias() ? Math.addExact(features, Math.multiplyExact(features, factors)) : -1;
        this.segments = segments(features, factors, spec.bias());
        this.kernels = kernels;
        this.input = new SparseInput(data, kernels);
        this.sums = new double[factors];
    }

    private static List<Segment> segments(int features, int factors, boolean bias) {
        int length = Math.multiplyExact(features, factors);
        List<Segment> all = new ArrayList<>();
        all.add(new Segment("weight", 0, features, List.of(features)));
        all.add(new Segment("factors", features, length, List.of(features, factors)));
        if (bias) all.add(new Segment("bias", Math.addExact(features, length), 1, List.of(1)));
        return List.copyOf(all);
    }

    @Override
    public String kind() {
        return "fm";
    }

    @Override
    public List<Segment> segments() {
        return segments;
    }

    /** Zero, but for the factors, which could never leave zero: N(0, 0.1²) always. */
    @Override
    public void initialize(float[] parameters, long seed) {
        Arrays.fill(parameters, 0, parameterCount(), 0f);
        SplitMix random = SplitMix.forPurpose(seed, FeedForward.INITIALIZATION);
        for (int i = 0; i < features * factors; i++)
            parameters[factor + i] = (float) (DEVIATION * random.nextGaussian());
    }

    @Override
    public GradientResult gradient(
            float[] parameters, Samples samples, int microBatch, float[] gradient, GradientSink sink) {
        Arrays.fill(gradient, 0, parameterCount(), 0f);
        Sums totals = new Sums();
        for (int from = 0; from < samples.count(); from += Input.BLOCK) {
            int rows = Math.min(Input.BLOCK, samples.count() - from);
            input.load(samples, from, rows);
            for (int row = 0; row < rows; row++) {
                int label = score(parameters, samples, from, row, totals);
                totals.squaredNorms += addGradient(parameters, row, objective.slope(label), gradient);
            }
        }
        segments.forEach(sink::ready);
        return totals.result(samples.count(), kernels.allFinite(gradient, 0, parameterCount()));
    }

    @Override
    public Evaluation evaluate(String set, float[] parameters, Samples samples) {
        Sums totals = new Sums();
        for (int from = 0; from < samples.count(); from += Input.BLOCK) {
            int rows = Math.min(Input.BLOCK, samples.count() - from);
            input.load(samples, from, rows);
            for (int row = 0; row < rows; row++) score(parameters, samples, from, row, totals);
        }
        return new Evaluation(set, samples.count(), totals.loss, totals.correct);
    }

    @Override
    public float[] predict(float[] parameters, Samples one) {
        input.load(one, 0, 1);
        return objective.probabilities(output(parameters, 0));
    }

    private int score(float[] parameters, Samples samples, int from, int row, Sums totals) {
        int label = samples.data().label(samples.id(from + row));
        totals.loss += objective.loss(output(parameters, row), label);
        if (objective.hit(label)) totals.correct++;
        return label;
    }

    /** z of one sample of the block; leaves s_f in {@link #sums}. */
    private double output(float[] p, int row) {
        Arrays.fill(sums, 0);
        double linear = bias < 0 ? 0 : p[bias];
        double squares = 0;
        for (int at = input.start(row); at < input.start(row + 1); at++) {
            double x = input.value(at);
            linear += p[weight + input.index(at)] * x;
            int v = factor + input.index(at) * factors;
            for (int f = 0; f < factors; f++) {
                double vx = p[v + f] * x;
                sums[f] += vx;
                squares += vx * vx;
            }
        }
        double squaredSums = 0;
        for (double s : sums) squaredSums += s * s;
        return linear + 0.5 * (squaredSums - squares);
    }

    /** Adds one sample's gradient and returns its squared norm. */
    private double addGradient(float[] p, int row, double delta, float[] gradient) {
        if (bias >= 0) gradient[bias] += (float) delta;
        double norm = bias >= 0 ? 1 : 0;
        for (int at = input.start(row); at < input.start(row + 1); at++) {
            double x = input.value(at);
            gradient[weight + input.index(at)] += (float) (delta * x);
            norm += x * x * (1 + addFactorGradient(p, factor + input.index(at) * factors, x, delta, gradient));
        }
        return delta * delta * norm;
    }

    /** Adds δ·x(s_f − v_f x) for every factor of one feature and returns Σ_f (s_f − v_f x)². */
    private double addFactorGradient(float[] p, int v, double x, double delta, float[] gradient) {
        double norm = 0;
        for (int f = 0; f < factors; f++) {
            double others = sums[f] - p[v + f] * x;
            gradient[v + f] += (float) (delta * x * others);
            norm += others * others;
        }
        return norm;
    }
}
