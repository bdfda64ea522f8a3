package rubato.policy;

import rubato.plan.Plan;
import rubato.signal.Signals;

/** Decides and records, without being applied. */
public record Shadow(Policy inner) implements Policy {
    @Override
    public Decision decide(Plan plan, Signals seen) {
        Decision wished = inner.decide(plan, seen);
        String reason = "shadow, not applied: " + wished.reason();
        return new Decision(wished.plan(), wished.policy(), reason, wished.alternatives(), false);
    }
}
