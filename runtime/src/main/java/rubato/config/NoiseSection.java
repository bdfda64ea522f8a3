package rubato.config;

/** {@code noise}: samples the smoothed noise estimate looks back on, and samples per noise unit where a model has no per-sample norms. */
public record NoiseSection(double smoothingSamples, int microBatch) {}
