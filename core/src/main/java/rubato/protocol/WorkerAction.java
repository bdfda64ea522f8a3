package rubato.protocol;

import java.util.List;
import rubato.plan.Plan;
import rubato.step.Range;
import rubato.step.StateName;
import rubato.step.StepTotals;
import rubato.world.Generation;
import rubato.world.Member;
import rubato.world.World;

/** What the worker's state machine asks its driver to do, in order. */
public sealed interface WorkerAction {
    record Send(ToCoordinator message) implements WorkerAction {}

    /**
     * Come to hold the base: as it is, from its holders, or by the recipe; answer {@link Worker#held} or {@link Worker#notHeld}.
     *
     * @param stored a checkpoint of it follows, which must be all there is: what compression has kept back is given up
     */
    record Hold(World world, StateName base, List<Member> holders, Recipe recipe, boolean stored)
            implements WorkerAction {}

    /** Freeze a copy of the present state and keep what is needed to follow it. */
    record Freeze(long step) implements WorkerAction {}

    /** Take over what donors freeze after a step and follow them; tell by {@link Worker#followed} once caught up. */
    record Follow(long step, List<Member> donors) implements WorkerAction {}

    /** The driver's own: do the next step of those who are followed. */
    record KeepUp() implements WorkerAction {}

    /** Link up with the world; answer {@link Worker#linked} or {@link Worker#broken}. */
    record Connect(World world) implements WorkerAction {}

    /** Join the run anew with what is held. */
    record Rejoin(StateName state) implements WorkerAction {}

    /**
     * Compute the gradient of these ranges and reduce it; answer {@link Worker#reduced} or {@link Worker#broken}.
     *
     * @param whole nothing is to be kept back by compression
     */
    record Compute(long step, Plan plan, List<Range> ranges, long epoch, boolean whole) implements WorkerAction {}

    /** Apply the reduced gradient, or skip it, together with everything else replicated; answer {@link Worker#applied}. */
    record Apply(long step, Plan plan, StepTotals totals, boolean skip) implements WorkerAction {}

    /** Evaluate this rank's part at a step; {@code last}: the training set too. Answer {@link Worker#evaluated}. */
    record Evaluate(long step, boolean last) implements WorkerAction {}

    /** Write a part of a checkpoint of the present state; answer {@link Worker#partStored} or {@link Worker#notStored}. */
    record Store(Generation generation, long step, int part, int parts) implements WorkerAction {}

    /** All parts are whole: complete the checkpoint; answer {@link Worker#stored} or {@link Worker#notStored}. */
    record Complete(Generation generation, long step, List<String> digests) implements WorkerAction {}

    /** Remove what there is of a checkpoint. */
    record Abandon(Generation generation, long step) implements WorkerAction {}

    /** Throw away what is held, down to the initial state; answer {@link Worker#forgotten}. */
    record Forget() implements WorkerAction {}

    /** Training has ended for this worker. */
    record Exit(int exitCode, String reason) implements WorkerAction {}
}
