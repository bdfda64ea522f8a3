package rubato.config;

/**
 * {@code policy}: the rhythm of deciding.
 *
 * @param everySteps length of a window of signals
 * @param applyAfter steps from a window's end to the step a change takes effect at
 * @param cooldownSteps fewest steps between two changes
 * @param hysteresis smallest relative change worth making
 * @param tolerance how far the batch may be from the noise scale before it follows (a factor)
 * @param veto whether a change that hurt is undone and not tried again soon
 * @param shadow decide and record, do not apply
 */
public record PolicySection(
        int everySteps,
        int applyAfter,
        int cooldownSteps,
        double hysteresis,
        double tolerance,
        boolean veto,
        boolean shadow) {}
