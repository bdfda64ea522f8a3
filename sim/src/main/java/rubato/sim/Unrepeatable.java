package rubato.sim;

import java.util.HashMap;
import java.util.Map;
import rubato.world.Generation;

/**
 * Gradients that came out once as they never will again, as on a device whose sums depend on chance. Whoever makes their steps again from
 * the ledger gets another hash, and only a rollback helps (rule 16); the last check is told what they were.
 */
final class Unrepeatable {
    /** What a rank contributed to a step. */
    private record Part(Generation generation, long step, int rank) {}

    /** High enough to show in what is sent, however much of a gradient is kept back. */
    private static final long DEVIATION = 1L << 40;

    private final Map<Part, Long> deviations = new HashMap<>();

    /** It comes out otherwise, this once. */
    long deviate(Generation generation, long step, int rank, long gradient) {
        deviations.put(new Part(generation, step, rank), DEVIATION);
        return gradient + DEVIATION;
    }

    /** What it was, given what it should be. */
    long was(Generation generation, long step, int rank, long gradient) {
        return gradient + deviations.getOrDefault(new Part(generation, step, rank), 0L);
    }
}
