package rubato.djl;

import rubato.model.Exp;

/**
 * Softmax cross-entropy over rows of class scores: loss in nats in float64, hits, and the scores' gradient
 * δ = softmax(z) − onehot(y). It is computed here rather than by the engine, so that losses are exact sums.
 */
final class SoftmaxLoss {
    private final int classes;
    private final double[] exponentials;
    private double lossSum;
    private long correct;

    SoftmaxLoss(int classes) {
        this.classes = classes;
        this.exponentials = new double[classes];
    }

    void reset() {
        lossSum = 0;
        correct = 0;
    }

    double lossSum() {
        return lossSum;
    }

    long correct() {
        return correct;
    }

    /** Adds rows {@code 0 .. rows} to the sums and overwrites their scores with δ. */
    void differentiate(float[] scores, int[] labels, int rows) {
        for (int row = 0; row < rows; row++) {
            double total = add(scores, row * classes, labels[row]);
            float scale = (float) (1 / total);
            for (int c = 0; c < classes; c++) scores[row * classes + c] = (float) exponentials[c] * scale;
            scores[row * classes + labels[row]] -= 1;
        }
    }

    /** Adds rows {@code 0 .. rows} to the sums. */
    void measure(float[] scores, int[] labels, int rows) {
        for (int row = 0; row < rows; row++) add(scores, row * classes, labels[row]);
    }

    /** Overwrites one row of scores with probabilities. */
    void probabilities(float[] scores) {
        double total = exponentiate(scores, 0, argmax(scores, 0));
        for (int c = 0; c < classes; c++) scores[c] = (float) (exponentials[c] / total);
    }

    /** −ln softmax(z)_y = ln Σ exp(z_c − max) − (z_y − max); returns the sum. */
    private double add(float[] scores, int at, int label) {
        int best = argmax(scores, at);
        double total = exponentiate(scores, at, best);
        lossSum += StrictMath.log(total) - ((double) scores[at + label] - scores[at + best]);
        if (best == label) correct++;
        return total;
    }

    private double exponentiate(float[] scores, int at, int best) {
        double total = 0;
        for (int c = 0; c < classes; c++) {
            exponentials[c] = Exp.of((double) scores[at + c] - scores[at + best]);
            total += exponentials[c];
        }
        return total;
    }

    /** The class of the largest score, the lowest of equals. */
    private int argmax(float[] scores, int at) {
        int best = 0;
        for (int c = 1; c < classes; c++) {
            if (scores[at + c] > scores[at + best]) best = c;
        }
        return best;
    }
}
