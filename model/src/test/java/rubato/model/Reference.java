package rubato.model;

import java.util.List;
import rubato.data.Samples;

/** The models again, written naively in float64, with gradients by central differences. */
final class Reference {
    private Reference() {}

    /** A loss of one sample as a function of the parameters. */
    @FunctionalInterface
    interface Loss {
        double of(double[] parameters, float[] x, int label);
    }

    static double[] widened(float[] v) {
        double[] wide = new double[v.length];
        for (int i = 0; i < v.length; i++) wide[i] = v[i];
        return wide;
    }

    static double sum(Loss loss, double[] parameters, ArrayDense data, Samples samples) {
        double sum = 0;
        for (int i = 0; i < samples.count(); i++)
            sum += loss.of(parameters, data.rows()[samples.id(i)], data.label(samples.id(i)));
        return sum;
    }

    static double[] gradient(Loss loss, float[] parameters, ArrayDense data, Samples samples) {
        double[] at = widened(parameters);
        double[] gradient = new double[at.length];
        double h = 1e-7;
        for (int i = 0; i < at.length; i++) {
            double kept = at[i];
            at[i] = kept + h;
            double above = sum(loss, at, data, samples);
            at[i] = kept - h;
            double below = sum(loss, at, data, samples);
            at[i] = kept;
            gradient[i] = (above - below) / (2 * h);
        }
        return gradient;
    }

    /** Linear layers of these widths (features first, classes last) with ReLU between, weights inputs × outputs, then the bias. */
    static Loss feedForward(List<Integer> widths, boolean bias) {
        return (p, x, label) -> {
            double[] z = widened(x);
            int at = 0;
            for (int l = 1; l < widths.size(); l++) {
                double[] next = new double[widths.get(l)];
                for (double input : z) for (int j = 0; j < next.length; j++) next[j] += input * p[at++];
                if (bias) for (int j = 0; j < next.length; j++) next[j] += p[at++];
                if (l + 1 < widths.size()) for (int j = 0; j < next.length; j++) next[j] = Math.max(next[j], 0);
                z = next;
            }
            double sum = 0;
            for (double score : z) sum += StrictMath.exp(score - z[label]);
            return StrictMath.log(sum);
        };
    }

    /** One score: weights, then the bias. */
    static Loss logistic(boolean bias) {
        return (p, x, label) -> {
            double z = bias ? p[x.length] : 0;
            for (int i = 0; i < x.length; i++) z += p[i] * x[i];
            return naturalLog(z, label);
        };
    }

    /** All pairs, straight from the definition: weights, factors (features × factors), bias. */
    static Loss factorizationMachine(int factors, boolean bias) {
        return (p, x, label) -> {
            int n = x.length;
            double z = bias ? p[n + n * factors] : 0;
            for (int i = 0; i < n; i++) {
                z += p[i] * x[i];
                for (int j = i + 1; j < n; j++)
                    for (int f = 0; f < factors; f++)
                        z += p[n + i * factors + f] * p[n + j * factors + f] * x[i] * x[j];
            }
            return naturalLog(z, label);
        };
    }

    private static double naturalLog(double z, int label) {
        return StrictMath.log(1 + StrictMath.exp(label == 1 ? -z : z));
    }
}
