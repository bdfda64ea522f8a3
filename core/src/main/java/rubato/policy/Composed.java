package rubato.policy;

import java.util.ArrayList;
import java.util.List;
import rubato.plan.Plan;
import rubato.signal.Signals;

/**
 * Runs policies one after the other, each on the plan the one before wished for, and joins their reasons and alternatives.
 * What a part merely records ({@link Shadow}) stands in the reason and is not passed on.
 */
public record Composed(List<Policy> policies) implements Policy {
    public Composed {
        policies = List.copyOf(policies);
        if (policies.isEmpty()) throw new IllegalArgumentException("policies must be >= 1, was 0");
    }

    public static Composed of(Policy... policies) {
        return new Composed(List.of(policies));
    }

    @Override
    public Decision decide(Plan plan, Signals seen) {
        Plan wished = plan;
        List<String> names = new ArrayList<>();
        List<String> reasons = new ArrayList<>();
        List<Alternative> alternatives = new ArrayList<>();
        for (Policy policy : policies) {
            Decision decision = policy.decide(wished, seen);
            if (decision.applied()) wished = decision.plan();
            names.add(decision.policy());
            reasons.add(decision.reason());
            alternatives.addAll(decision.alternatives());
        }
        return new Decision(wished, String.join("+", names), String.join("; ", reasons), alternatives, true);
    }
}
