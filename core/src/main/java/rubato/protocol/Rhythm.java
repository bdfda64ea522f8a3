package rubato.protocol;

import rubato.plan.Plan;
import rubato.step.Cursor;
import rubato.step.DataShape;

/**
 * At which steps a run evaluates and stores checkpoints, and how far completed may run ahead of committed.
 *
 * @param evaluateEverySteps 0 = at epoch ends only
 * @param checkpointEverySteps 0 = at epoch ends only
 * @param window W of protocol rule 3: step s may begin once step s − W is committed
 * @param bad what to do with a step whose arithmetic is not finite
 */
public record Rhythm(
        DataShape data, long evaluateEverySteps, long checkpointEverySteps, int window, BadArithmetic bad) {
    /** Consecutive skipped steps after which a run counts as diverged. */
    public static final int MAX_SKIPPED = 20;

    private static final long FIRST_MEASURED = 40;
    private static final long MEASURED_EVERY = 512;

    public Rhythm {
        if (window < 1) throw new IllegalArgumentException("window must be >= 1, was " + window);
    }

    /** @param skipNonFinite skip a step with bad arithmetic, else stop */
    public Rhythm(
            DataShape data, long evaluateEverySteps, long checkpointEverySteps, int window, boolean skipNonFinite) {
        this(
                data,
                evaluateEverySteps,
                checkpointEverySteps,
                window,
                skipNonFinite ? BadArithmetic.SKIP : BadArithmetic.STOP);
    }

    /** Whether messages are measured in a step: soon after the start, then now and again, because costs drift with load. */
    public static boolean measuresMessages(long step) {
        return step == FIRST_MEASURED || step % MEASURED_EVERY == 0;
    }

    boolean evaluatesAfter(long step, Plan plan, Cursor before, Cursor after) {
        return endsEpoch(plan, before, after) || every(evaluateEverySteps, step);
    }

    boolean storesAfter(long step, Plan plan, Cursor before, Cursor after) {
        return endsEpoch(plan, before, after) || every(checkpointEverySteps, step);
    }

    /**
     * Whether compression may keep nothing back in a step: one after which a checkpoint is stored or training ends. What a checkpoint
     * holds is then the whole state, and nothing is lost at the end.
     */
    public boolean transmitsWhole(long step, Plan plan, Cursor before, Cursor after) {
        if (storesAfter(step, plan, before, after)) return true;
        long next =
                after.take(data, Math.min(plan.globalBatch(), data.samples())).epoch();
        return plan.stop().reached(step, next);
    }

    private boolean endsEpoch(Plan plan, Cursor before, Cursor after) {
        return after.epoch() > before.epoch() && after.next() == 0
                || !data.keepLast() && after.left(data) < plan.globalBatch();
    }

    private static boolean every(long steps, long step) {
        return steps > 0 && step % steps == 0;
    }
}
