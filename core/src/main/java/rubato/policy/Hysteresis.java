package rubato.policy;

import rubato.plan.Plan;
import rubato.plan.Shares;
import rubato.signal.Signals;

/**
 * Lets small moves go: a change of batch or shares must be larger than a fraction of what it changes. A new number of ranks
 * always passes.
 *
 * @param least fraction: 0.05 ignores moves up to 5 %
 */
public record Hysteresis(Policy inner, double least) implements Policy {
    public Hysteresis {
        if (!(least >= 0)) throw new IllegalArgumentException("least must be >= 0, was " + least);
    }

    @Override
    public Decision decide(Plan plan, Signals seen) {
        Decision wished = inner.decide(plan, seen);
        Plan next = wished.plan();
        if (!small(plan.globalBatch(), next.globalBatch())) return wished;
        Plan damped = next.withGlobalBatch(plan.globalBatch());
        if (small(plan.shares(), next.shares())) damped = damped.withShares(plan.shares());
        if (damped.equals(next)) return wished;
        String reason = wished.reason() + "; moves up to " + Figures.percent(least) + " are let go";
        return new Decision(damped, wished.policy(), reason, wished.alternatives(), wished.applied());
    }

    private boolean small(Shares from, Shares to) {
        if (from.ranks() != to.ranks()) return false;
        for (int rank = 0; rank < from.ranks(); rank++) {
            if (!small(from.fractions().get(rank), to.fractions().get(rank))) return false;
        }
        return true;
    }

    private boolean small(double from, double to) {
        return Math.abs(to - from) <= least * from;
    }
}
