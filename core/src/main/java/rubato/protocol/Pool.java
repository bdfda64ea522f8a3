package rubato.protocol;

/**
 * How many workers a run keeps started: those it wants, and where it has standbys, at least as many as it wanted first with its standbys
 * besides, and one more than it ever wanted. Who is not wanted of them waits as a standby, so that a run that is scaled up and down
 * starts a process only when it wants more workers than ever before.
 */
public final class Pool {
    private final int standbys;
    private int most;
    private int wanted;

    public Pool(int workers, int standbys) {
        if (standbys < 0) throw new IllegalArgumentException("standbys must be >= 0, was " + standbys);
        this.standbys = standbys;
        this.most = workers + standbys;
        want(workers);
    }

    public void want(int workers) {
        wanted = workers;
        if (standbys > 0) most = Math.max(most, workers + 1);
    }

    public int wanted() {
        return wanted;
    }

    /** Workers and standbys together. */
    public int size() {
        return standbys == 0 ? wanted : most;
    }

    public boolean hasStandbys() {
        return standbys > 0;
    }
}
