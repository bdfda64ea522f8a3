package rubato.protocol;

import java.util.List;
import java.util.Optional;
import rubato.plan.Plan;
import rubato.plan.Stop;
import rubato.step.Cursor;
import rubato.step.DataShape;
import rubato.step.Evaluation;

/**
 * When a run is done; every bound may be absent (NaN, or {@code Long.MAX_VALUE}).
 *
 * @param maxSeconds wall time of training
 * @param accuracy, loss on the test set
 */
public record Goals(long steps, long epochs, double maxSeconds, double accuracy, double loss) {
    /** The stop that is known before training starts. */
    public Stop known() {
        String reason = steps != Long.MAX_VALUE ? "steps" : "epochs";
        return steps == Long.MAX_VALUE && epochs == Long.MAX_VALUE ? Stop.NEVER : new Stop(steps, epochs, reason);
    }

    /** Which goal a plan's own stop meets at this step and epoch of the next batch. */
    public String reachedBy(Plan plan, long completed) {
        if (!plan.stop().equals(known())) return plan.stop().reason();
        return completed >= steps ? "steps" : "epochs";
    }

    /** Seconds left until the nearest known bound at the mean speed so far; NaN if no bound is known. */
    double secondsLeft(Plan plan, long completed, Cursor cursor, DataShape data, double seconds, long samples) {
        double left = maxSeconds - seconds;
        double samplesPerSecond = samples / Math.max(seconds, 1e-3);
        if (steps != Long.MAX_VALUE) {
            left = Math.min(left, (double) (steps - completed) * plan.globalBatch() / samplesPerSecond);
        }
        if (epochs != Long.MAX_VALUE) {
            double epochsLeft = epochs - cursor.epoch() - 1;
            left = Math.min(left, (epochsLeft * data.samples() + cursor.left(data)) / samplesPerSecond);
        }
        return Double.isInfinite(left) ? Double.NaN : Math.max(0, left);
    }

    Optional<String> reachedBy(List<Evaluation> sets) {
        for (Evaluation set : sets) {
            if (!set.set().equals("test")) continue;
            if (set.accuracy() >= accuracy) return Optional.of("target-accuracy");
            if (set.loss() <= loss) return Optional.of("target-loss");
        }
        return Optional.empty();
    }
}
