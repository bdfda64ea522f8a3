package rubato.policy;

import java.util.List;
import rubato.plan.Plan;

/**
 * What a policy decided and why.
 *
 * @param plan the plan wished for; version and step are set when it is made durable
 * @param policy which policy decided
 * @param reason one clause for people, with the numbers it rests on
 * @param applied false: decided and recorded only (shadow)
 */
public record Decision(Plan plan, String policy, String reason, List<Alternative> alternatives, boolean applied) {
    public Decision {
        alternatives = List.copyOf(alternatives);
    }

    public static Decision keep(Plan plan, String policy, String reason) {
        return new Decision(plan, policy, reason, List.of(), true);
    }

    public static Decision change(Plan plan, String policy, String reason, List<Alternative> alternatives) {
        return new Decision(plan, policy, reason, alternatives, true);
    }

    /** Whether it would change how the run trains. */
    public boolean changes(Plan current) {
        return applied && !plan.sameTerms(current);
    }
}
