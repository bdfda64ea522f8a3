package rubato.runtime;

import java.util.function.LongSupplier;

/** When a worker has practised enough: the compiler has had next to nothing to do for a while, or it has taken too long. */
final class EnoughPractice {
    static final int LEAST_STEPS = 20;
    /** After so long fewer steps will do: they are long ones. */
    static final long LEAST_NANOS = 1_000_000_000L;

    static final int MOST_STEPS = 20_000;
    static final long MOST_NANOS = 12_000_000_000L;
    /** So long the compiler must have had nothing to do but trifles. */
    static final long CALM_NANOS = 200_000_000L;

    static final long TRIFLE_MILLIS = 50;

    private final LongSupplier compiledMillis;
    private long calmSince;
    private long compiledThen;

    /** @param compiledMillis what the compiler has worked so far, ms; always 0 where that is not known */
    EnoughPractice(LongSupplier compiledMillis) {
        this.compiledMillis = compiledMillis;
    }

    /**
     * To be asked before each step.
     *
     * @param nanos what the steps so far took together
     */
    boolean after(int steps, long nanos) {
        if (steps >= MOST_STEPS || nanos >= MOST_NANOS) return true;
        long compiled = compiledMillis.getAsLong();
        if (steps == 0 || compiled - compiledThen > TRIFLE_MILLIS) {
            compiledThen = compiled;
            calmSince = nanos;
        }
        return (steps >= LEAST_STEPS || nanos >= LEAST_NANOS) && nanos - calmSince >= CALM_NANOS;
    }
}
