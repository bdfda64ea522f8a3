package rubato.plan;

import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Who carries how much of the batch: one fraction per rank, each at least 0, sum 1 within 1e-6. */
public record Shares(List<Double> fractions) {
    /** Differences below this are rounding of the fractions, not remainders. */
    private static final double ROUNDING = 1e-9;

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

    /**
     * These shares for other ranks: who stays keeps its fraction, who comes takes over the fraction of one who went (in rank order),
     * else the mean; then all are scaled to sum 1.
     *
     * @param from for each new rank the old one, or -1 for a newcomer
     */
    public Shares reassigned(int[] from) {
        boolean[] kept = new boolean[ranks()];
        for (int old : from) if (old >= 0) kept[old] = true;
        int vacant = 0;
        double[] next = new double[from.length];
        double sum = 0;
        for (int rank = 0; rank < from.length; rank++) {
            while (from[rank] < 0 && vacant < kept.length && kept[vacant]) vacant++;
            if (from[rank] >= 0) next[rank] = fractions.get(from[rank]);
            else next[rank] = vacant < kept.length ? fractions.get(vacant++) : 1.0 / ranks();
            sum += next[rank];
        }
        if (!(sum > 0)) return equal(from.length);
        for (int rank = 0; rank < next.length; rank++) next[rank] /= sum;
        return of(next);
    }

    public int ranks() {
        return fractions.size();
    }

    /**
     * Whole samples per rank by largest remainder (ties to the lower rank); they sum to {@code batch}, each is within one of its
     * exact part, and a rank with share 0 gets none.
     */
    public int[] counts(int batch) {
        if (batch < 0) throw new IllegalArgumentException("batch must be >= 0, was " + batch);
        int n = fractions.size();
        double sum = 0;
        for (double f : fractions) sum += f;
        int[] counts = new int[n];
        double[] remainder = new double[n];
        long given = 0;
        for (int r = 0; r < n; r++) {
            double exact = fractions.get(r) / sum * batch;
            counts[r] = (int) Math.min(batch, Math.floor(exact + ROUNDING));
            remainder[r] = exact - counts[r];
            given += counts[r];
        }
        addOne(counts, remainder, (int) (batch - given));
        return counts;
    }

    /** One more for those with the largest remainders, or one less for those with the smallest. */
    private void addOne(int[] counts, double[] remainder, int missing) {
        int step = Integer.signum(missing);
        Stream<Integer> ranks = IntStream.range(0, counts.length).boxed().filter(r -> fractions.get(r) > 0);
        ranks.sorted(Comparator.comparingDouble(r -> 0.0 - step * Math.rint(remainder[r] / ROUNDING)))
                .limit(Math.abs(missing))
                .forEach(r -> counts[r] += step);
    }
}
