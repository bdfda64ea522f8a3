package rubato.config;

/** {@code run}: name, seed of everything random in the run, and the directory new run directories are made in. */
public record RunSection(String name, long seed, String dir) {}
