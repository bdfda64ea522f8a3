package rubato.config;

/** What to do with a step whose loss or gradient is not finite. */
public enum OnNonfinite {
    SKIP,
    STOP
}
