package rubato.config;

/** What to do with a step to which a contribution is not finite. */
public enum OnNonfinite {
    SKIP,
    CLIP,
    STOP
}
