package rubato.collective;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What an operation has gathered beside its result. It may be used for one operation after the other; by one thread. */
public final class Gathered {
    static final long[] NO_WORDS = {};

    private long[][] controls;
    private long waitNanos;
    private long wireNanos;

    /** Holds nothing yet. */
    public Gathered() {
        this(new long[0][], 0, 0);
    }

    /** Holds this. */
    public Gathered(long[][] controls, long waitNanos, long wireNanos) {
        this.controls = controls;
        times(waitNanos, wireNanos);
    }

    /** Control words by rank; the arrays are filled anew by the next operation that this is used for. */
    public long[][] controls() {
        return controls;
    }

    /** Time from entering until the last peer had entered. */
    public long waitNanos() {
        return waitNanos;
    }

    /** The rest of the call. */
    public long wireNanos() {
        return wireNanos;
    }

    /** @return where control words of so many ranks go, the own ones in their place */
    long[][] begin(int ranks, int rank, long[] own) {
        if (controls.length != ranks) {
            controls = new long[ranks][];
            Arrays.fill(controls, NO_WORDS);
        }
        controls[rank] = room(controls[rank], own.length);
        System.arraycopy(own, 0, controls[rank], 0, own.length);
        return controls;
    }

    void times(long wait, long wire) {
        waitNanos = wait;
        wireNanos = wire;
    }

    /** An array of this length: the one at hand if it has it. */
    static long[] room(long @Nullable [] held, int length) {
        if (length == 0) return NO_WORDS;
        return held != null && held.length == length ? held : new long[length];
    }
}
