package rubato.sim;

/** A promise broken in a schedule: what, and at which step of the run. */
final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long step;

    Violation(long step, String what) {
        super(what, null, false, false);
        this.step = step;
    }

    long step() {
        return step;
    }
}
