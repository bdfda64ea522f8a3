package rubato.compress;

/**
 * One worker's own share of what compression has not transmitted yet. A step's outcome is proposed while the old residual is
 * kept, until the step is either settled or known to have left no trace.
 */
public final class ErrorFeedback {
    private static final long NONE = -1;

    private float[] carried;
    private float[] left;
    private long proposed = NONE;

    /** Starts at zero, as a joiner does. */
    public ErrorFeedback(int length) {
        carried = new float[length];
        left = new float[length];
    }

    public int length() {
        return carried.length;
    }

    /** The residual of the last settled step. */
    public float[] carried() {
        return carried;
    }

    /** Sums by a compressor and proposes what it leaves; an earlier proposal must be resolved. */
    public void sum(long step, Compressor compressor, float[] vector, Exchange wire) {
        if (proposed != NONE)
            throw new IllegalStateException("the residual of step " + proposed + " is open in step " + step);
        proposed = step;
        compressor.sum(vector, carried, left, carried.length, wire);
    }

    /** The step counts: its residual takes the place of the old one. Does nothing if it has proposed none. */
    public void settle(long step) {
        if (proposed == NONE) return;
        if (proposed != step)
            throw new IllegalStateException("step " + step + " is settled, but step " + proposed + " is open");
        float[] old = carried;
        carried = left;
        left = old;
        proposed = NONE;
    }

    /** The open step, if there is one, has left no trace: the old residual holds. */
    public void revert() {
        proposed = NONE;
    }

    /** Takes over what a worker that leaves in peace had not transmitted. */
    public void inherit(float[] residual) {
        if (residual.length != carried.length)
            throw new IllegalArgumentException(
                    "residual must have " + carried.length + " values, had " + residual.length);
        for (int i = 0; i < residual.length; i++) carried[i] += residual[i];
    }

    /** Takes over a checkpoint's residual of this rank, or zeros. */
    public void restore(float[] residual) {
        java.util.Arrays.fill(carried, 0);
        inherit(residual);
        proposed = NONE;
    }
}
