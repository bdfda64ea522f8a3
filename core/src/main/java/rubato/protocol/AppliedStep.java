package rubato.protocol;

import java.util.List;
import rubato.signal.LinkCosts;
import rubato.signal.NoiseEstimate;
import rubato.step.StepTimes;
import rubato.step.StepTotals;
import rubato.world.Generation;

/**
 * A step this worker has completed.
 *
 * @param hash of everything replicated after it
 * @param rate learning rate of the update, 0 if skipped
 * @param costs of messages, if this rank measured them in the step
 */
public record AppliedStep(
        long step,
        long hash,
        StepTotals totals,
        boolean skipped,
        NoiseEstimate noise,
        double rate,
        StepTimes times,
        List<LinkCosts> costs) {
    public AppliedStep {
        costs = List.copyOf(costs);
    }

    ToCoordinator.Vote vote(Generation by, long planVersion, List<Integer> nonFinite, boolean barrier) {
        return new ToCoordinator.Vote(
                by, step, hash, planVersion, skipped, nonFinite, barrier, totals, noise, rate, times, costs);
    }
}
