package rubato.policy;

import rubato.plan.Plan;
import rubato.signal.Signals;

/** Keeps the global batch it was given. */
public record FixedBatch(int batch) implements Policy {
    public FixedBatch {
        if (batch < 1) throw new IllegalArgumentException("batch must be >= 1, was " + batch);
    }

    @Override
    public Decision decide(Plan plan, Signals seen) {
        if (plan.globalBatch() == batch) return Decision.keep(plan, "fixed", "batch is fixed at " + batch);
        String reason = "batch is fixed at " + batch + ", was " + plan.globalBatch();
        return Decision.change(plan.withGlobalBatch(batch), "fixed", reason, java.util.List.of());
    }
}
