package rubato.config;

/** {@code checkpoint}: checkpoints besides those at epoch ends (0 for none), and how many to keep. */
public record CheckpointSection(long everySteps, int keep) {}
