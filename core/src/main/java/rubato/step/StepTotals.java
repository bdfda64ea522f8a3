package rubato.step;

import java.util.List;

/** The gathered contributions of a step summed in rank order: the same on every rank. */
public record StepTotals(
        int samples, double lossSum, long correct, double squaredNorms, long units, long sampleDigest, boolean finite) {
    public static StepTotals of(List<Contribution> byRank) {
        int samples = 0;
        double lossSum = 0;
        long correct = 0;
        double squaredNorms = 0;
        long units = 0;
        long digest = 0;
        boolean finite = true;
        for (Contribution part : byRank) {
            samples += part.samples();
            lossSum += part.lossSum();
            correct += part.correct();
            squaredNorms += part.squaredNorms();
            units += part.units();
            digest += part.sampleDigest();
            finite &= part.finite();
        }
        return new StepTotals(samples, lossSum, correct, squaredNorms, units, digest, finite);
    }
}
