package rubato.policy;

import java.util.List;
import rubato.plan.Plan;
import rubato.plan.Shares;
import rubato.signal.Signals;

/** Keeps the shares it was given, as long as they fit the number of ranks. */
public record FixedShares(Shares shares) implements Policy {
    @Override
    public Decision decide(Plan plan, Signals seen) {
        if (plan.shares().equals(shares)) return Decision.keep(plan, "fixed", "shares are fixed");
        if (plan.shares().ranks() != shares.ranks()) return Decision.keep(plan, "fixed", misfit(plan));
        return Decision.change(
                plan.withShares(shares), "fixed", "shares are fixed at " + shares.fractions(), List.of());
    }

    private String misfit(Plan plan) {
        return "fixed shares are for " + shares.ranks() + " ranks, there are "
                + plan.shares().ranks();
    }
}
