package rubato.policy;

import java.util.ArrayList;
import java.util.List;
import rubato.plan.Plan;
import rubato.plan.Shares;
import rubato.signal.NoiseEstimate;
import rubato.signal.Signals;

/**
 * Chooses the global batch of the greatest predicted goodput (Pollux, OSDI'21, eq. 4–6), for workers of unequal speed too.
 *
 * <p>{@code GOODPUT(M) = M/T(M) · (φ + M0)/(φ + M)} with {@code T(M) = max_i (s_i + q_i·b_i) + sync}: s_i and q_i are every
 * rank's own fit, b_i its part of M, sync what a step costs beyond the slowest gradient, as measured. M may be below M0.
 * Candidates lie on a geometric grid. Changes only for a predicted gain above the tolerance (5 % in AdaptDL).
 *
 * @param baseBatch M0, against which a sample's value is measured
 * @param min least and {@code max} greatest candidate
 * @param tolerance predicted gain that is not worth a change
 * @param minSamples the noise estimate must rest on this many samples
 * @param division how a candidate would be divided among the ranks
 */
public record GoodputPolicy(int baseBatch, int min, int max, double tolerance, double minSamples, Division division)
        implements Policy {
    private static final String NAME = "goodput";
    /** Four candidates per doubling of the batch. */
    private static final double STEP = Math.sqrt(Math.sqrt(2));

    /** How a candidate batch would be divided: by the plan's shares, or by shares balanced anew for it. */
    public enum Division {
        AS_PLANNED,
        BALANCED
    }

    public GoodputPolicy {
        if (baseBatch < 1) throw new IllegalArgumentException("baseBatch must be >= 1, was " + baseBatch);
        if (min < 1) throw new IllegalArgumentException("min must be >= 1, was " + min);
        if (max < min) throw new IllegalArgumentException("max must be >= min = " + min + ", was " + max);
        if (!(tolerance >= 0)) throw new IllegalArgumentException("tolerance must be >= 0, was " + tolerance);
        if (!(minSamples >= 0)) throw new IllegalArgumentException("minSamples must be >= 0, was " + minSamples);
    }

    @Override
    public Decision decide(Plan plan, Signals seen) {
        NoiseEstimate noise = seen.noise();
        if (!noise.isReliable() || noise.samples() < minSamples)
            return Decision.keep(plan, NAME, "noise scale not yet reliable");
        if (seen.ranks().size() != plan.shares().ranks())
            return Decision.keep(plan, NAME, "ranks changed within the window");
        if (!seen.ranks().stream().allMatch(BalancedShares::isMeasured))
            return Decision.keep(plan, NAME, "not every rank has been measured");
        return choose(plan, seen);
    }

    private Decision choose(Plan plan, Signals seen) {
        int present = plan.globalBatch();
        double now = goodput(plan, seen, present);
        int best = present;
        double most = now;
        List<Alternative> alternatives = new ArrayList<>();
        alternatives.add(new Alternative("batch " + present + " (present), samples/s", now));
        for (int batch : candidates()) {
            if (batch == present) continue;
            double predicted = goodput(plan, seen, batch);
            alternatives.add(new Alternative("batch " + batch + ", samples/s", predicted));
            if (predicted > most) {
                best = batch;
                most = predicted;
            }
        }
        String gain = "goodput " + Figures.of(now) + " to " + Figures.of(most) + " samples/s at batch " + best
                + ", noise scale " + Figures.of(seen.noise().scale());
        if (!(most > now * (1 + tolerance))) return new Decision(plan, NAME, gain + ": too little", alternatives, true);
        return Decision.change(plan.withGlobalBatch(best), NAME, gain, alternatives);
    }

    /** min·2^(k/4) up to max, both ends included, each once. */
    private List<Integer> candidates() {
        List<Integer> grid = new ArrayList<>();
        grid.add(min);
        for (double at = min * STEP; at < max; at *= STEP) {
            int batch = (int) Math.rint(at);
            if (batch > grid.get(grid.size() - 1) && batch < max) grid.add(batch);
        }
        if (max > min) grid.add(max);
        return grid;
    }

    private double goodput(Plan plan, Signals seen, int batch) {
        Shares shares = division == Division.BALANCED ? BalancedShares.split(seen, batch) : plan.shares();
        double seconds = BalancedShares.stepNanos(seen, shares, batch) / 1e9;
        double scale = seen.noise().scale();
        return batch / seconds * (scale + baseBatch) / (scale + batch);
    }
}
