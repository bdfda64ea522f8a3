package rubato.shm;

import java.nio.ByteBuffer;

/**
 * How long to wait in which way: spin while the other side is likely to run on another core, then give the core away, then sleep.
 *
 * @param spins checks in a tight loop
 * @param yieldNanos how long to check in turns with whoever else wants the core
 */
record Patience(int spins, long yieldNanos) {
    private static final int SPINS = 2_000;
    private static final long YIELD_NANOS = 200_000;
    private static final long SETTLE_NANOS = 20_000;

    /**
     * With more members than cores a spinning one keeps another from what it is waited for.
     *
     * @param blocking whether to sleep after the first look
     */
    static Patience of(int members, int cores, boolean blocking) {
        if (blocking) return new Patience(0, 0);
        return new Patience(members > cores ? 0 : SPINS, YIELD_NANOS);
    }

    /** Lets pass many times what a write of another core may take to be seen. */
    void settle() {
        long start = System.nanoTime();
        do Thread.yield();
        while (System.nanoTime() - start < SETTLE_NANOS);
    }

    /** @return whether the word has reached the target without anybody having slept */
    boolean reached(ByteBuffer memory, int at, long target) {
        for (int i = 0; i < spins; i++) {
            Thread.onSpinWait();
            if (Words.acquire(memory, at) >= target) return true;
        }
        long start = System.nanoTime();
        do {
            Thread.yield();
            if (Words.acquire(memory, at) >= target) return true;
        } while (System.nanoTime() - start < yieldNanos);
        return false;
    }
}
