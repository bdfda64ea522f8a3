package rubato.config;

/**
 * {@code policy}: the rhythm of deciding.
 *
 * @param everySteps length of a window of signals
 * @param cooldownSteps fewest steps between two changes
 * @param hysteresis smallest relative change worth making
 * @param veto whether a change that hurt is undone and not tried again soon
 * @param shadow decide and record, do not apply
 */
public record PolicySection(int everySteps, int cooldownSteps, double hysteresis, boolean veto, boolean shadow) {}
