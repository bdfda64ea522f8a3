package rubato.policy;

import java.util.List;
import rubato.plan.Plan;
import rubato.plan.Shares;
import rubato.signal.Signals;

/** Gives every rank the same part of the batch. */
public record EqualShares() implements Policy {
    @Override
    public Decision decide(Plan plan, Signals seen) {
        int ranks =
                seen.ranks().isEmpty() ? plan.shares().ranks() : seen.ranks().size();
        Shares equal = Shares.equal(ranks);
        if (plan.shares().equals(equal)) return Decision.keep(plan, "equal", "shares are equal");
        return Decision.change(plan.withShares(equal), "equal", "equal shares for " + ranks + " ranks", List.of());
    }
}
