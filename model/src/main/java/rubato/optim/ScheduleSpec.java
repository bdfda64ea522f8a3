package rubato.optim;

import java.util.List;

/**
 * A learning-rate schedule as configured, over the run's progress (see the learning-rate rules: steps, or scale-invariant steps).
 *
 * @param kind constant, step, cosine, linear
 * @param warmupSteps progress over which the rate rises linearly from 0
 * @param totalSteps progress at which cosine and linear end
 * @param finalFactor fraction of the rate they end at
 * @param milestones progress at which step multiplies by {@code gamma}
 */
public record ScheduleSpec(
        String kind, double warmupSteps, double totalSteps, double finalFactor, List<Double> milestones, double gamma) {
    public ScheduleSpec {
        milestones = List.copyOf(milestones);
    }
}
