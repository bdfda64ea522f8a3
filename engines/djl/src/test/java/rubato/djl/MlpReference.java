package rubato.djl;

import rubato.data.DenseDataset;
import rubato.data.Samples;

/** An independent float64 one-hidden-layer perceptron with ReLU and softmax cross-entropy: the sums a model must agree with. */
final class MlpReference {
    private final int hidden;
    final double[] gradient;
    double lossSum;

    MlpReference(int hidden, int parameters) {
        this.hidden = hidden;
        this.gradient = new double[parameters];
    }

    void add(float[] p, Samples samples) {
        DenseDataset data = (DenseDataset) samples.data();
        float[] x = new float[data.features()];
        for (int i = 0; i < samples.count(); i++) {
            data.copy(samples.id(i), x, 0);
            addSample(p, x, data.label(samples.id(i)), data.classes());
        }
    }

    private void addSample(float[] p, float[] x, int label, int classes) {
        int n = x.length;
        int b1 = hidden * n;
        int w2 = b1 + hidden;
        int b2 = w2 + classes * hidden;
        double[] a = new double[hidden];
        for (int j = 0; j < hidden; j++) {
            double z = p[b1 + j];
            for (int k = 0; k < n; k++) z += (double) p[j * n + k] * x[k];
            a[j] = Math.max(z, 0);
        }
        double[] delta = new double[classes];
        double total = 0;
        for (int c = 0; c < classes; c++) {
            double z = p[b2 + c];
            for (int j = 0; j < hidden; j++) z += p[w2 + c * hidden + j] * a[j];
            delta[c] = StrictMath.exp(z);
            total += delta[c];
        }
        lossSum -= StrictMath.log(delta[label] / total);
        for (int c = 0; c < classes; c++) {
            delta[c] = delta[c] / total - (c == label ? 1 : 0);
            gradient[b2 + c] += delta[c];
            for (int j = 0; j < hidden; j++) gradient[w2 + c * hidden + j] += delta[c] * a[j];
        }
        for (int j = 0; j < hidden; j++) {
            if (a[j] <= 0) continue;
            double d = 0;
            for (int c = 0; c < classes; c++) d += delta[c] * p[w2 + c * hidden + j];
            gradient[b1 + j] += d;
            for (int k = 0; k < n; k++) gradient[j * n + k] += d * x[k];
        }
    }

    double squaredNorm() {
        double sum = 0;
        for (double g : gradient) sum += g * g;
        return sum;
    }
}
