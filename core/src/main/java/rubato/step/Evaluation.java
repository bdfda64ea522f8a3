package rubato.step;

/** Loss and hits of one set ("train" or "test"), or of a rank's part of it; sums in float64. */
public record Evaluation(String set, long samples, double lossSum, long correct) {
    public Evaluation plus(Evaluation other) {
        return new Evaluation(set, samples + other.samples, lossSum + other.lossSum, correct + other.correct);
    }

    public double loss() {
        return samples == 0 ? Double.NaN : lossSum / samples;
    }

    public double accuracy() {
        return samples == 0 ? Double.NaN : (double) correct / samples;
    }
}
