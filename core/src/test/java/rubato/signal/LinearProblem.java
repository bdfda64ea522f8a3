package rubato.signal;

import rubato.random.SplitMix;
import rubato.step.StepTotals;

/** y = x·w* + ε with x ~ N(0, I_d), ε ~ N(0, s²), at weight error δ: G = δ, trΣ = (d+1)|δ|² + d·s². */
final class LinearProblem {
    private final int d;
    private final double noise;
    private final SplitMix random;
    private final double[] error;

    LinearProblem(int d, double noise, long seed) {
        this.d = d;
        this.noise = noise;
        this.random = new SplitMix(seed);
        this.error = new double[d];
        error[0] = 1;
    }

    double exactTrace() {
        return d + 1 + d * noise * noise;
    }

    /** Mean gradient over b fresh samples: x(x·δ − ε). */
    double[] meanGradient(int b) {
        double[] mean = new double[d];
        double[] x = new double[d];
        for (int j = 0; j < b; j++) {
            double residual = -noise * random.nextGaussian();
            for (int k = 0; k < d; k++) {
                x[k] = random.nextGaussian();
                residual += x[k] * error[k];
            }
            for (int k = 0; k < d; k++) mean[k] += x[k] * residual / b;
        }
        return mean;
    }

    /** One step with units of these sizes; returns the means of the units and, last, the mean of all. */
    double[][] step(int... sizes) {
        double[][] means = new double[sizes.length + 1][];
        double[] all = new double[d];
        int batch = 0;
        for (int b : sizes) batch += b;
        for (int i = 0; i < sizes.length; i++) {
            means[i] = meanGradient(sizes[i]);
            for (int k = 0; k < d; k++) all[k] += means[i][k] * sizes[i] / batch;
        }
        means[sizes.length] = all;
        return means;
    }

    static double norm2(double[] v) {
        double sum = 0;
        for (double x : v) sum += x * x;
        return sum;
    }

    static double distance2(double[] a, double[] b) {
        double sum = 0;
        for (int k = 0; k < a.length; k++) sum += (a[k] - b[k]) * (a[k] - b[k]);
        return sum;
    }

    static StepTotals totals(int[] sizes, double[][] means) {
        double sum = 0;
        int batch = 0;
        for (int i = 0; i < sizes.length; i++) {
            sum += sizes[i] * norm2(means[i]);
            batch += sizes[i];
        }
        return new StepTotals(batch, 0, 0, sum, sizes.length, 0, true);
    }
}
