package rubato.policy;

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
 * <p>Every rank keeps at least one sample, else its speed would never be learned again. Remedies slowness that lasts; where a
 * worker's speed changes faster than the fit follows, it does not help (that needs slack between workers).
 *
 * @param tolerance changes only if the predicted step gets faster by more than this fraction (5 % = 0.05)
 */
public record BalancedShares(double tolerance) implements Policy {
    private static final String NAME = "balanced";

    public BalancedShares {
        if (!(tolerance >= 0)) throw new IllegalArgumentException("tolerance must be >= 0, was " + tolerance);
    }

    @Override
    public Decision decide(Plan plan, Signals seen) {
        int ranks = seen.ranks().size();
        if (ranks != plan.shares().ranks()) return Decision.keep(plan, NAME, "ranks changed within the window");
        if (!seen.ranks().stream().allMatch(BalancedShares::isMeasured))
            return Decision.keep(plan, NAME, "not every rank has been measured");
        Shares balanced = split(seen, plan.globalBatch());
        double now = stepNanos(seen, plan.shares(), plan.globalBatch());
        double then = stepNanos(seen, balanced, plan.globalBatch());
        double equal = stepNanos(seen, Shares.equal(ranks), plan.globalBatch());
        List<Alternative> alternatives = List.of(
                new Alternative("present shares, ms per step", now / 1e6),
                new Alternative("balanced shares, ms per step", then / 1e6),
                new Alternative("equal shares, ms per step", equal / 1e6));
        String gain = Figures.millis(now) + " to " + Figures.millis(then) + " per step";
        if (!(now > then * (1 + tolerance)))
            return new Decision(plan, NAME, "balance would bring " + gain + ", too little", alternatives, true);
        int[] counts = balanced.counts(plan.globalBatch());
        String reason = "samples per rank " + Arrays.toString(counts) + " bring " + gain;
        return Decision.change(plan.withShares(balanced), NAME, reason, alternatives);
    }

    /** The balanced shares of a batch by the fits of a window. */
    static Shares split(Signals seen, int batch) {
        List<LinearFit> fits = seen.ranks().stream().map(RankTimes::fit).toList();
        double low = batch >= fits.size() ? 1 : 0;
        double[] samples = WaterFilling.split(fits, batch, low, batch);
        double sum = Arrays.stream(samples).sum();
        return new Shares(Arrays.stream(samples).mapToObj(b -> b / sum).toList());
    }

    /** Predicted time of a step: the slowest rank's gradient, and what synchronizing costs beyond it. */
    static double stepNanos(Signals seen, Shares shares, int batch) {
        int[] counts = shares.counts(batch);
        double slowest = 0;
        for (int rank = 0; rank < counts.length; rank++) {
            slowest = Math.max(slowest, seen.ranks().get(rank).fit().nanos(counts[rank]));
        }
        return slowest + seen.syncNanos();
    }

    static boolean isMeasured(RankTimes rank) {
        return rank.fit().nanos(1) > 0;
    }
}
