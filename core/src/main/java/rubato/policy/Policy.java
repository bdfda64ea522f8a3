package rubato.policy;

import rubato.plan.Plan;
import rubato.signal.Signals;

/** A pure function from the plan in force and one window of signals to a decision. No clock, thread, socket or unseeded chance. */
@FunctionalInterface
public interface Policy {
    Decision decide(Plan plan, Signals seen);
}
