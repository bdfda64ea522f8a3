package rubato.optim;

import rubato.error.RubatoException;

/** Makes the schedule a configuration names. */
public final class Schedules {
    private Schedules() {}

    /**
     * The schedule: during warm-up {@code (progress + 1)/warmup}, so that no step is spent at rate 0 and the last one of the
     * warm-up has the full rate; afterwards the kind's own factor.
     *
     * @throws RubatoException if the kind is unknown or a number is out of its range
     */
    public static Schedule make(ScheduleSpec spec) {
        check(spec);
        Schedule main = main(spec);
        double warmup = spec.warmupSteps();
        return progress -> progress < warmup ? Math.min(1, (progress + 1) / warmup) : main.factor(progress);
    }

    private static Schedule main(ScheduleSpec spec) {
        double end = spec.finalFactor();
        return switch (spec.kind()) {
            case "constant" -> progress -> 1;
            case "step" -> progress -> steps(spec, progress);
            case "cosine" ->
                progress -> end + (1 - end) * 0.5 * (1 + StrictMath.cos(StrictMath.PI * elapsed(spec, progress)));
            case "linear" -> progress -> end + (1 - end) * (1 - elapsed(spec, progress));
            default ->
                throw RubatoException.usage("optimizer.schedule.kind = " + spec.kind()
                        + " is unknown; known kinds: constant, step, cosine, linear");
        };
    }

    /** How much of the way from the end of warm-up to the last step is behind, in [0, 1]. */
    private static double elapsed(ScheduleSpec spec, double progress) {
        double length = spec.totalSteps() - spec.warmupSteps();
        return Math.max(0, Math.min(1, (progress - spec.warmupSteps()) / length));
    }

    private static double steps(ScheduleSpec spec, double progress) {
        double factor = 1;
        for (double milestone : spec.milestones()) if (progress >= milestone) factor *= spec.gamma();
        return factor;
    }

    private static void check(ScheduleSpec spec) {
        boolean decays = spec.kind().equals("cosine") || spec.kind().equals("linear");
        require(
                spec.warmupSteps() >= 0 && Double.isFinite(spec.warmupSteps()),
                "warmup-steps",
                spec.warmupSteps(),
                ">= 0");
        require(
                !decays || spec.totalSteps() > spec.warmupSteps(),
                "total-steps",
                spec.totalSteps(),
                "more than warmup-steps = " + spec.warmupSteps());
        require(spec.finalFactor() >= 0 && spec.finalFactor() <= 1, "final-factor", spec.finalFactor(), "in [0, 1]");
        require(spec.gamma() > 0 && spec.gamma() <= 1, "gamma", spec.gamma(), "in (0, 1]");
        for (double milestone : spec.milestones()) require(milestone >= 0, "milestones", milestone, ">= 0");
    }

    private static void require(boolean holds, String key, Object value, String range) {
        if (!holds) throw RubatoException.usage("optimizer.schedule." + key + " = " + value + " must be " + range);
    }
}
