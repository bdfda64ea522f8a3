package rubato.plan;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Who carries how much of the batch: one fraction per rank, each at least 0, sum 1 within 1e-6. */
public record Shares(List<Double> fractions) {
    public Shares {
        fractions = List.copyOf(fractions);
        if (fractions.isEmpty()) throw new IllegalArgumentException("shares must name at least one rank");
        double sum = 0;
        for (double f : fractions) {
            if (!(f >= 0)) throw new IllegalArgumentException("each share must be >= 0, was " + f);
            sum += f;
        }
        if (Math.abs(sum - 1) > 1e-6)
            throw new IllegalArgumentException("shares must sum to 1 (within 1e-6), sum was " + sum);
    }

    public static Shares equal(int ranks) {
        return new Shares(Collections.nCopies(ranks, 1.0 / ranks));
    }

    public static Shares of(double... fractions) {
        return new Shares(Arrays.stream(fractions).boxed().toList());
    }

    public int ranks() {
        return fractions.size();
    }

    /** Whole samples per rank by largest remainder (ties to the lower rank); sums to {@code batch}. */
    public int[] counts(int batch) {
        int n = fractions.size();
        int[] counts = new int[n];
        double[] remainder = new double[n];
        int given = 0;
        for (int r = 0; r < n; r++) {
            double exact = fractions.get(r) * batch;
            counts[r] = (int) Math.min(batch, Math.floor(exact + 1e-9));
            remainder[r] = exact - counts[r];
            given += counts[r];
        }
        while (given < batch) {
            int best = 0;
            for (int r = 1; r < n; r++) if (remainder[r] > remainder[best] + 1e-12) best = r;
            counts[best]++;
            remainder[best] -= 1;
            given++;
        }
        while (given > batch) {
            int worst = 0;
            for (int r = 1; r < n; r++) if (counts[r] > 0 && remainder[r] < remainder[worst]) worst = r;
            counts[worst]--;
            remainder[worst] += 1;
            given--;
        }
        return counts;
    }
}
