package rubato.testkit;

import java.time.Duration;
import rubato.seam.Clock;

/** A clock that stands still until it is told to go on. */
public final class ManualClock implements Clock {
    private static final long MILLION = 1_000_000;

    private long nanos;
    private long epochMillis;

    @Override
    public synchronized long nanos() {
        return nanos;
    }

    @Override
    public synchronized long epochMillis() {
        return epochMillis + nanos / MILLION;
    }

    /** Time passes. */
    public void advance(Duration time) {
        set(nanos() + time.toNanos());
    }

    /** Sets the monotonic time; it may not go back. */
    public synchronized void set(long newNanos) {
        if (newNanos < nanos) throw new IllegalArgumentException("nanos must be >= " + nanos + ", was " + newNanos);
        nanos = newNanos;
    }

    /** The wall clock jumps, forth or back; the monotonic one does not. */
    public synchronized void jumpWallClock(Duration by) {
        epochMillis += by.toMillis();
    }
}
