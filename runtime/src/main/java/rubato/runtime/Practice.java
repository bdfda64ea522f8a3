package rubato.runtime;

import rubato.error.RubatoException;
import rubato.model.GradientResult;
import rubato.plan.Plan;
import rubato.seam.Clock;
import rubato.step.Cursor;
import rubato.step.StepTotals;

/**
 * Steps of a worker that waits for a place, on a replica of its own and alone, for nothing but the compiler's sake: what it has compiled
 * by then, the members need not wait for when it is one of them.
 */
final class Practice {
    /** A larger state is not held twice. */
    static final long MOST_BYTES = 64L << 20;

    private final StepGradient gradient;
    private final Replica replica;
    private final Plan plan;
    private final Clock clock;
    private final EnoughPractice enough;
    private int steps;
    private long nanos;

    Practice(StepGradient gradient, Replica replica, Plan plan, Clock clock, EnoughPractice enough) {
        this.gradient = gradient;
        this.replica = replica;
        this.plan = plan;
        this.clock = clock;
        this.enough = enough;
    }

    /** Does one more step. @return whether there is more to do */
    boolean step() {
        if (enough.after(steps, nanos)) return false;
        long started = clock.nanos();
        GradientResult part = gradient.practise(replica.parameters(), steps++);
        boolean sound = part.finite() && apply(part);
        nanos += clock.nanos() - started;
        return sound;
    }

    private boolean apply(GradientResult part) {
        StepTotals totals = new StepTotals(
                part.samples(), part.lossSum(), part.correct(), part.squaredNorms(), part.units(), 0, true);
        replica.hashAnew(steps - 1);
        try {
            replica.apply(steps, plan, totals, gradient.values(), replica.squaredNorm(gradient.values()), Cursor.START);
            return Double.isFinite(replica.scalars().lastLoss());
        } catch (RubatoException diverged) {
            return false;
        }
    }
}
