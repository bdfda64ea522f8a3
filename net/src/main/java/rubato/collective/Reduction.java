package rubato.collective;

/** What becomes of the elements of all ranks. */
public enum Reduction {
    SUM,
    /** The sum over the number of ranks; floating point only. */
    MEAN,
    MIN,
    MAX
}
