package rubato.policy;

import rubato.plan.Plan;
import rubato.signal.Signals;

/**
 * Keeps the plan for a while after a change, so that its effect is seen before the next one; and while a change is still
 * pending (decided, not yet in force), as the signals do not speak of it.
 *
 * @param steps that must lie between the last change and the end of the window decided on
 */
public record Cooldown(Policy inner, long steps) implements Policy {
    public Cooldown {
        if (steps < 0) throw new IllegalArgumentException("steps must be >= 0, was " + steps);
    }

    @Override
    public Decision decide(Plan plan, Signals seen) {
        if (plan.fromStep() > seen.lastStep())
            return Decision.keep(
                    plan, "cooldown", "plan " + plan.version() + " takes effect at step " + plan.fromStep());
        long since = seen.lastStep() - seen.lastChangeStep();
        if (seen.lastChangeStep() > 0 && since < steps)
            return Decision.keep(plan, "cooldown", since + " of " + steps + " steps since the last change");
        return inner.decide(plan, seen);
    }
}
