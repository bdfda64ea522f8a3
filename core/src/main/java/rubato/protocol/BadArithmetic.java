package rubato.protocol;

/** What is done with a step to which a contribution is not finite. */
public enum BadArithmetic {
    /** Nothing is applied; the samples count as skipped. */
    SKIP,
    /** Numbers of a contribution that are not finite count as zero; the step is skipped only if their sum overflows. */
    CLIP,
    /** The run ends as diverged. */
    STOP
}
