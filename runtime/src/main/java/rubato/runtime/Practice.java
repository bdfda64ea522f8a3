package rubato.runtime;

import java.util.List;
import rubato.error.RubatoException;
import rubato.plan.Plan;
import rubato.protocol.ToCoordinator;
import rubato.seam.Clock;
import rubato.signal.NoiseEstimate;
import rubato.step.Contribution;
import rubato.step.Cursor;
import rubato.step.StepTotals;
import rubato.world.Generation;

/**
 * Steps of a worker that waits for a place, on a replica of its own and alone, for nothing but the compiler's sake: what it has compiled
 * by then, the members need not wait for when it is one of them.
 */
final class Practice {
    /** A state that takes more of the heap is not held twice. */
    private static final int SHARE_OF_HEAP = 8;

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

    /** Whether a heap has room for a second replica of a state. */
    static boolean hasRoom(long stateBytes, long heapBytes) {
        return stateBytes <= heapBytes / SHARE_OF_HEAP;
    }

    /** Does one more step. @return whether there is more to do */
    boolean step() {
        if (enough.after(steps, nanos)) return false;
        long started = clock.nanos();
        boolean sound = apply(computed());
        nanos += clock.nanos() - started;
        return sound;
    }

    private StepTotals computed() {
        Contribution part =
                gradient.compute(gradient.practice(steps++, plan), replica.parameters(), 0, plan.version(), null);
        return StepTotals.of(List.of(Contribution.decode(part.encode())));
    }

    private boolean apply(StepTotals totals) {
        if (!totals.finite()) return false;
        replica.hashAnew(steps - 1);
        try {
            replica.apply(steps, plan, totals, gradient.values(), replica.squaredNorm(gradient.values()), Cursor.START);
        } catch (RubatoException diverged) {
            return false;
        }
        vote(totals);
        return Double.isFinite(replica.scalars().lastLoss());
    }

    /** Says what a member says after a step, to nobody. */
    private void vote(StepTotals totals) {
        Wire.toCoordinator(Wire.encode(new ToCoordinator.Vote(
                Generation.NONE,
                steps,
                replica.hash(steps),
                plan.version(),
                false,
                List.of(),
                false,
                totals,
                NoiseEstimate.NONE,
                0,
                gradient.times(nanos),
                List.of())));
    }
}
