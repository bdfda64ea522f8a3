package rubato.net;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * How long to wait for a peer: up to a moment of {@link System#nanoTime}, or until what is waited for is not wanted any more, which
 * is looked at every few milliseconds.
 */
record Until(long nanos, BooleanSupplier unwanted) {
    private static final long LOOK_MILLIS = 10;

    /** So long from now, come what may. */
    static Until in(Duration time) {
        return in(time, () -> false);
    }

    /** So long from now, if it is not unwanted before. */
    static Until in(Duration time, BooleanSupplier unwanted) {
        return new Until(System.nanoTime() + time.toNanos(), unwanted);
    }

    /** Milliseconds to sleep before looking again; 0 when the wait is over. */
    long millis() {
        return Math.min(LOOK_MILLIS, Math.max(0, left() / 1_000_000));
    }

    /** Nanoseconds that are left, none if it is not wanted any more. */
    long left() {
        return unwanted.getAsBoolean() ? 0 : nanos - System.nanoTime();
    }
}
