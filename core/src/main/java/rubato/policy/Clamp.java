package rubato.policy;

import rubato.plan.Plan;
import rubato.signal.Signals;

/**
 * Bounds the global batch, and how far one decision may move it.
 *
 * @param maxFactor at most this many times, and at least one part in this many, of the present batch; at least 1
 */
public record Clamp(Policy inner, int min, int max, double maxFactor) implements Policy {
    public Clamp {
        if (min < 1) throw new IllegalArgumentException("min must be >= 1, was " + min);
        if (max < min) throw new IllegalArgumentException("max must be >= min = " + min + ", was " + max);
        if (!(maxFactor >= 1)) throw new IllegalArgumentException("maxFactor must be >= 1, was " + maxFactor);
    }

    @Override
    public Decision decide(Plan plan, Signals seen) {
        Decision wished = inner.decide(plan, seen);
        int batch = wished.plan().globalBatch();
        int allowed = clamp(plan.globalBatch(), batch);
        if (allowed == batch) return wished;
        String reason = wished.reason() + "; batch " + batch + " clamped to " + allowed;
        return new Decision(
                wished.plan().withGlobalBatch(allowed),
                wished.policy(),
                reason,
                wished.alternatives(),
                wished.applied());
    }

    /** The bounds win over the factor, so a batch that starts outside them comes in at once. */
    private int clamp(int present, int wished) {
        double low = Math.ceil(present / maxFactor);
        double high = Math.floor(present * maxFactor);
        double stepped = Math.min(high, Math.max(low, wished));
        return (int) Math.min(max, Math.max(min, stepped));
    }
}
