package rubato.policy;

import rubato.random.SplitMix;
import rubato.signal.NoiseEstimate;

/** Loss ½Σ h_i x_i² with h_i = 1/i and gradient noise of covariance H: trΣ = Σ h_i, and φ grows as x shrinks. */
final class NoisyQuadratic {
    private final SplitMix random;
    private final double[] h;
    private final double[] x;

    NoisyQuadratic(int d, long seed) {
        random = new SplitMix(seed);
        h = new double[d];
        x = new double[d];
        for (int i = 0; i < d; i++) {
            h[i] = 1.0 / (i + 1);
            x[i] = 1;
        }
    }

    double loss() {
        double sum = 0;
        for (int i = 0; i < h.length; i++) sum += h[i] * x[i] * x[i] / 2;
        return sum;
    }

    double trace() {
        double sum = 0;
        for (double each : h) sum += each;
        return sum;
    }

    double exactNorm2() {
        double sum = 0;
        for (int i = 0; i < h.length; i++) sum += h[i] * x[i] * h[i] * x[i];
        return sum;
    }

    double[] gradient(int batch) {
        double[] g = new double[h.length];
        double scale = 1 / Math.sqrt(batch);
        for (int i = 0; i < g.length; i++) g[i] = h[i] * x[i] + Math.sqrt(h[i]) * scale * random.nextGaussian();
        return g;
    }

    void move(double[] gradient, double rate) {
        for (int i = 0; i < x.length; i++) x[i] -= rate * gradient[i];
    }

    /** What one step shows of the noise, by samples as units. */
    NoiseEstimate seen(double[] gradient, int batch) {
        return new NoiseEstimate(trace(), norm2(gradient) - trace() / batch, batch);
    }

    static double norm2(double[] v) {
        double sum = 0;
        for (double each : v) sum += each * each;
        return sum;
    }
}
