package rubato.signal;

import java.util.ArrayList;
import java.util.List;

/**
 * What became of past changes: the rate of the last window before each, and of the first whole window after it.
 *
 * <p>Goodput is throughput × (φ + M0)/(φ + M) (Pollux, OSDI'21, eq. 4), both sides with the φ known when the later window
 * ends, so that a drift of φ between them is not taken for an effect of the change. Without a reliable φ, and as long as the
 * later window is not known, it is throughput.
 */
final class Outcomes {
    private static final int KEPT = 32;

    private final int baseBatch;
    private final List<Outcome> history;

    Outcomes(int baseBatch, List<Outcome> history) {
        this.baseBatch = baseBatch;
        this.history = new ArrayList<>(history);
    }

    /** A plan takes effect; {@code lastRate} is the throughput of the last window before it, NaN if there was none. */
    void changed(long version, long step, int fromBatch, int toBatch, double lastRate) {
        if (pending()) history.remove(history.size() - 1);
        if (Double.isNaN(lastRate)) return;
        history.add(new Outcome(version, step, fromBatch, toBatch, lastRate, Double.NaN));
        if (history.size() > KEPT) history.remove(0);
    }

    /** A window of this rate ended; it settles the pending change if it began with or after it. */
    void measured(long firstStep, double rate, NoiseEstimate noise) {
        if (!pending()) return;
        Outcome last = history.get(history.size() - 1);
        if (firstStep < last.step()) return;
        double before = last.goodputBefore() * efficiency(last.fromBatch(), noise);
        double after = rate * efficiency(last.toBatch(), noise);
        history.set(
                history.size() - 1,
                new Outcome(last.version(), last.step(), last.fromBatch(), last.toBatch(), before, after));
    }

    /** Those known, oldest first; the last may still lack its {@code goodputAfter}. */
    List<Outcome> history() {
        return List.copyOf(history);
    }

    private boolean pending() {
        return !history.isEmpty()
                && Double.isNaN(history.get(history.size() - 1).goodputAfter());
    }

    private double efficiency(int batch, NoiseEstimate noise) {
        return noise.isReliable() ? (noise.scale() + baseBatch) / (noise.scale() + batch) : 1;
    }
}
