package rubato.config;

/** {@code evaluate}: evaluations besides those at epoch ends; 0 for none. */
public record EvaluateSection(long everySteps) {}
