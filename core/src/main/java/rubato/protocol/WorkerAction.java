package rubato.protocol;

import java.util.List;
import rubato.plan.Plan;
import rubato.step.Range;
import rubato.step.StateName;
import rubato.step.StepTotals;
import rubato.world.Member;
import rubato.world.World;

/** What the worker's state machine asks its driver to do, in order. */
public sealed interface WorkerAction {
    record Send(ToCoordinator message) implements WorkerAction {}

    /** Come to hold the base: as it is, from its holders, or by the recipe; answer {@link Worker#held} or {@link Worker#notHeld}. */
    record Hold(World world, StateName base, List<Member> holders, Recipe recipe) implements WorkerAction {}

    /** Link up with the world; answer {@link Worker#linked} or {@link Worker#broken}. */
    record Connect(World world) implements WorkerAction {}

    /** Join the run anew with what is held. */
    record Rejoin(StateName state) implements WorkerAction {}

    /** Compute the gradient of these ranges and reduce it; answer {@link Worker#reduced} or {@link Worker#broken}. */
    record Compute(long step, Plan plan, List<Range> ranges, long epoch) implements WorkerAction {}

    /** Apply the reduced gradient, or skip it, together with everything else replicated; answer {@link Worker#applied}. */
    record Apply(long step, Plan plan, StepTotals totals, boolean skip) implements WorkerAction {}

    /** Evaluate this rank's part at a step; {@code last}: the training set too. Answer {@link Worker#evaluated}. */
    record Evaluate(long step, boolean last) implements WorkerAction {}

    /** Write a checkpoint of the present state; answer {@link Worker#stored}. */
    record Store(long step) implements WorkerAction {}

    /** Training has ended for this worker. */
    record Exit(int exitCode, String reason) implements WorkerAction {}
}
