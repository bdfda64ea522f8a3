package rubato.model;

/**
 * The natural-log loss of one score z for classes 0 and 1, {@code log(1 + e^(−m))} with margin m = z for class 1 and −z for class
 * 0; z > 0 means class 1. No exponential overflows: only e^(−|z|) is taken.
 */
final class LogisticLoss implements Objective {
    private double z;
    private double small;

    @Override
    public int outputs() {
        return 1;
    }

    @Override
    public double loss(float[] scores, int from, int label) {
        return loss(scores[from], label);
    }

    double loss(double score, int label) {
        z = score;
        small = Exp.of(-Math.abs(z));
        double margin = label == 1 ? z : -z;
        return StrictMath.log1p(small) + Math.max(-margin, 0);
    }

    @Override
    public boolean hit(int label) {
        return z > 0 == (label == 1);
    }

    @Override
    public void gradient(float[] scores, int from, int label) {
        scores[from] = (float) slope(label);
    }

    /** dloss/dz = σ(z) − label, written as −σ(−z) for class 1 so that nothing cancels. */
    double slope(int label) {
        return label == 1 ? -sigmoid(-z) : sigmoid(z);
    }

    /** 1/(1 + e^(−t)) for t = z or −z. */
    private double sigmoid(double t) {
        return (t >= 0 ? 1 : small) / (1 + small);
    }

    @Override
    public float[] probabilities(float[] scores, int from) {
        return probabilities(scores[from]);
    }

    float[] probabilities(double score) {
        loss(score, 1);
        return new float[] {(float) sigmoid(-z), (float) sigmoid(z)};
    }
}
