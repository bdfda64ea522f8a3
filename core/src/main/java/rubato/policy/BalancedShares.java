package rubato.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import rubato.plan.Plan;
import rubato.plan.Shares;
import rubato.signal.LinearFit;
import rubato.signal.RankTimes;
import rubato.signal.Signals;
import rubato.signal.WaterFilling;

/**
 * Gives every rank as many samples as make all finish at the same time: with t_i(b) = s_i + q_i·b per rank,
 * T = (B + Σ s_i/q_i) / Σ 1/q_i and b_i = (T − s_i)/q_i, clipped and re-solved for the rest ({@link WaterFilling}). The gradient's
 * weight stays b_i/B, so what is computed is the same mean over the same batch.
 *
 * <p>A fixed price s_i of more than half a rank's present time is not believed: a worker that got faster while its share grew (a
 * JVM warming up) looks like one, and would keep what it has. The line through zero and the present point takes its place; it
 * moves too few samples rather than too many, and later windows go on from there.
 *
 * <p>Shares that have rested for {@value #RESTED} windows are refined for a fifth of the gain a change needs otherwise: the rest
 * that hysteresis leaves would be lost in every step from then on, while the change itself costs nothing.
 *
 * <p>Every rank keeps at least one sample, else its speed would never be learned again. Remedies slowness that lasts; where a
 * worker's speed changes faster than the fit follows, it does not help (that needs slack between workers).
 *
 * @param tolerance changes only if the predicted step gets faster by more than this fraction (5 % = 0.05)
 */
public record BalancedShares(double tolerance) implements Policy {
    private static final String NAME = "balanced";
    private static final int RESTED = 2;
    private static final double REFINEMENT = 0.2;

    public BalancedShares {
        if (!(tolerance >= 0)) throw new IllegalArgumentException("tolerance must be >= 0, was " + tolerance);
    }

    @Override
    public Decision decide(Plan plan, Signals seen) {
        int ranks = seen.ranks().size();
        if (ranks != plan.shares().ranks()) return Decision.keep(plan, NAME, "ranks changed within the window");
        if (!seen.ranks().stream().allMatch(BalancedShares::isMeasured))
            return Decision.keep(plan, NAME, "not every rank has been measured");
        int batch = plan.globalBatch();
        List<LinearFit> fits = cautious(seen, plan.shares().counts(batch));
        Shares balanced = split(fits, batch);
        double now = seen.syncNanos() + slowest(fits, plan.shares(), batch);
        double then = seen.syncNanos() + slowest(fits, balanced, batch);
        double equal = seen.syncNanos() + slowest(fits, Shares.equal(ranks), batch);
        List<Alternative> alternatives = List.of(
                new Alternative("present shares, ms per step", now / 1e6),
                new Alternative("balanced shares, ms per step", then / 1e6),
                new Alternative("equal shares, ms per step", equal / 1e6));
        String gain = Figures.millis(now) + " to " + Figures.millis(then) + " per step";
        double least = hasRested(seen) ? REFINEMENT * tolerance : tolerance;
        if (!(now > then * (1 + least)))
            return new Decision(plan, NAME, "balance would bring " + gain + ", too little", alternatives, true);
        String reason = "samples per rank " + Arrays.toString(balanced.counts(batch)) + " bring " + gain;
        return Decision.change(plan.withShares(balanced), NAME, reason, alternatives);
    }

    private static boolean hasRested(Signals seen) {
        long window = seen.lastStep() - seen.firstStep() + 1;
        return seen.firstStep() - seen.lastChangeStep() >= RESTED * window;
    }

    /** Each rank's fit, where it can be believed so far from what was measured. */
    private static List<LinearFit> cautious(Signals seen, int[] present) {
        List<LinearFit> fits = new ArrayList<>();
        for (int rank = 0; rank < present.length; rank++) {
            LinearFit fit = seen.ranks().get(rank).fit();
            double moving = fit.perSampleNanos() * present[rank];
            boolean believed = present[rank] == 0 || fit.startNanos() <= moving;
            fits.add(believed ? fit : new LinearFit(0, fit.nanos(present[rank]) / present[rank], fit.separated()));
        }
        return fits;
    }

    /** The balanced shares of a batch by the fits of a window. */
    static Shares split(Signals seen, int batch) {
        return split(fits(seen), batch);
    }

    private static Shares split(List<LinearFit> fits, int batch) {
        double low = batch >= fits.size() ? 1 : 0;
        double[] samples = WaterFilling.split(fits, batch, low, batch);
        double sum = Arrays.stream(samples).sum();
        return new Shares(Arrays.stream(samples).mapToObj(b -> b / sum).toList());
    }

    /** Predicted time of a step: the slowest rank's gradient, and what synchronizing costs beyond it. */
    static double stepNanos(Signals seen, Shares shares, int batch) {
        return seen.syncNanos() + slowest(fits(seen), shares, batch);
    }

    private static double slowest(List<LinearFit> fits, Shares shares, int batch) {
        int[] counts = shares.counts(batch);
        double slowest = 0;
        for (int rank = 0; rank < counts.length; rank++)
            slowest = Math.max(slowest, fits.get(rank).nanos(counts[rank]));
        return slowest;
    }

    private static List<LinearFit> fits(Signals seen) {
        return seen.ranks().stream().map(RankTimes::fit).toList();
    }

    static boolean isMeasured(RankTimes rank) {
        return rank.fit().nanos(1) > 0;
    }
}
