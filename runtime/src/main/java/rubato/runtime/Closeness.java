package rubato.runtime;

/** When a joiner that follows members is as close behind them as it gets: what is left then it follows while all are at rest. */
final class Closeness {
    /** Further behind there is always something to gain. */
    private static final long CLOSE_STEPS = 2;
    /** So often in a row the next step must not have come before nothing more is expected. */
    private static final int SILENT_LOOKS = 40;

    private long before = Long.MAX_VALUE;
    private int silent;

    /**
     * To be asked after each look for the next step.
     *
     * @param behind steps the donor is still ahead, negative if it has told of no step
     */
    boolean isReached(long behind) {
        if (behind < 0) return ++silent >= SILENT_LOOKS;
        silent = 0;
        boolean reached = behind == 0 || behind <= CLOSE_STEPS && behind >= before;
        before = behind;
        return reached;
    }
}
