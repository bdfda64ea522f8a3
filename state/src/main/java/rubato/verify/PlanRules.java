package rubato.verify;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import rubato.ledger.Positioned;
import rubato.plan.Plan;

/**
 * The plans of a run: versions grow by one, and in force at a step is the highest version whose first step has come. After
 * a rollback plans not yet in force at its step are void and must be recorded anew; their versions may be used again.
 */
final class PlanRules {
    private final Violations violations;
    private final List<Plan> plans = new ArrayList<>();
    private long highestVersion;

    PlanRules(Violations violations) {
        this.violations = violations;
    }

    void planned(Positioned at, Plan plan, long lastStep) {
        if (isBinding(plan) && plan.fromStep() <= lastStep)
            violations.add(
                    at,
                    "plan " + plan.version() + " from step " + plan.fromStep() + " comes after step " + lastStep
                            + " was committed");
        if (known(plan.version()) != null) violations.add(at, "plan " + plan.version() + " is recorded twice");
        else addNew(at, plan);
    }

    void activated(Positioned at, Plan plan, long baseStep) {
        Plan earlier = known(plan.version());
        if (earlier == null) addNew(at, plan);
        else if (!earlier.equals(plan))
            violations.add(at, "plan " + plan.version() + " differs from how it was recorded before");
        Plan inForce = inForce(baseStep + 1);
        if (inForce == null || inForce.version() != plan.version())
            violations.add(
                    at,
                    "activates plan " + plan.version() + ", in force from step " + (baseStep + 1) + " is "
                            + (inForce == null ? "none" : "plan " + inForce.version()));
    }

    private void addNew(Positioned at, Plan plan) {
        boolean follows = plans.isEmpty()
                || plan.version() == highestVersion + 1
                || plan.version() == plans.get(plans.size() - 1).version() + 1;
        if (!follows) violations.add(at, "plan version " + plan.version() + " does not follow " + highestVersion);
        plans.add(plan);
        highestVersion = Math.max(highestVersion, plan.version());
    }

    @Nullable
    Plan known(long version) {
        for (int i = plans.size() - 1; i >= 0 && plans.get(i).version() >= version; i--)
            if (plans.get(i).version() == version) return plans.get(i);
        return null;
    }

    /** Plans are few and the one in force is among the last, so this looks from the end. */
    @Nullable
    Plan inForce(long step) {
        for (int i = plans.size() - 1; i >= 0; i--) if (plans.get(i).fromStep() <= step) return plans.get(i);
        return null;
    }

    /** Step 0 stands for "as soon as every rank holds it": such a plan may take effect late, never before it is recorded. */
    private static boolean isBinding(Plan plan) {
        return plan.fromStep() > 0;
    }

    /** Whether a step may run under this version: the one in force, or the one before a plan that does not bind to a step. */
    boolean allows(long step, long version) {
        for (int i = plans.size() - 1; i >= 0; i--) {
            Plan plan = plans.get(i);
            if (plan.fromStep() > step) continue;
            if (plan.version() == version) return true;
            if (isBinding(plan)) return false;
        }
        return false;
    }

    void rolledBack(long toStep) {
        plans.removeIf(plan -> plan.fromStep() > toStep + 1);
    }
}
