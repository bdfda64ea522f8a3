package rubato.model;

/** Softmax with cross-entropy in nats: {@code loss = log Σ_j e^(z_j − max) − (z_y − max)}, {@code δ_j = p_j − [j = y]}; float64 inside. */
final class CrossEntropy implements Objective {
    private final double[] exponentials;
    private double sum;
    private int best;

    CrossEntropy(int classes) {
        this.exponentials = new double[classes];
    }

    @Override
    public int outputs() {
        return exponentials.length;
    }

    @Override
    public double loss(float[] z, int from, int label) {
        normalize(z, from);
        return StrictMath.log(sum) - ((double) z[from + label] - z[from + best]);
    }

    @Override
    public boolean hit(int label) {
        return best == label;
    }

    @Override
    public void gradient(float[] z, int from, int label) {
        double inverse = 1 / sum;
        for (int j = 0; j < exponentials.length; j++) {
            double p = exponentials[j] * inverse;
            z[from + j] = (float) (j == label ? p - 1 : p);
        }
    }

    @Override
    public float[] probabilities(float[] z, int from) {
        normalize(z, from);
        float[] p = new float[exponentials.length];
        for (int j = 0; j < p.length; j++) p[j] = (float) (exponentials[j] / sum);
        return p;
    }

    private void normalize(float[] z, int from) {
        best = 0;
        for (int j = 1; j < exponentials.length; j++) if (z[from + j] > z[from + best]) best = j;
        double max = z[from + best];
        sum = 0;
        for (int j = 0; j < exponentials.length; j++) {
            exponentials[j] = Exp.of(z[from + j] - max);
            sum += exponentials[j];
        }
    }
}
