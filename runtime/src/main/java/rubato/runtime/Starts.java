package rubato.runtime;

/**
 * How often a worker was started in a row without becoming a member. The next start is put off twice as long each time, and after
 * {@link #MOST} there is none. Deaths of those who have been members do not count, and neither do those for want of a coordinator.
 *
 * @param failed starts in a row that led to nothing
 */
record Starts(int failed) {
    static final Starts NONE = new Starts(0);
    static final int MOST = 6;
    private static final long YOUNG_NANOS = 10_000_000_000L;
    private static final long FIRST_MILLIS = 250;

    /** @param member whether a step was committed with it as a member */
    Starts after(boolean member, long livedNanos, int exitCode) {
        boolean forWantOfOthers = exitCode == CoordinatorProcess.LOST && livedNanos >= YOUNG_NANOS;
        return member || forWantOfOthers ? NONE : new Starts(failed + 1);
    }

    boolean areTooMany() {
        return failed >= MOST;
    }

    /** How long to wait before the next one; the first is made up for at once. */
    long pauseMillis() {
        return failed <= 1 ? 0 : FIRST_MILLIS << (failed - 2);
    }
}
