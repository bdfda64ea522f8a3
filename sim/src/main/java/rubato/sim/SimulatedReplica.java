package rubato.sim;

import rubato.plan.Plan;
import rubato.random.Mix64;
import rubato.step.Cursor;
import rubato.step.StateName;
import rubato.step.StepTotals;

/**
 * A replica whose parameters are one word: every applied step mixes the reduced sum, the plan's terms and the cursor into it, so
 * that a wrong sample, divisor, plan, order or skip shows in every hash from there on.
 */
final class SimulatedReplica {
    /** A frozen copy of everything replicated. */
    record Snapshot(StateName name, long word, Cursor cursor, long samples) {}

    private static final long INITIAL = 17;

    private long word = INITIAL;
    private long samples;
    private Cursor cursor = Cursor.START;

    Cursor cursor() {
        return cursor;
    }

    /** Applies a step's sum, or skips it; the cursor moves either way. */
    void apply(long sum, boolean skip, Plan plan, StepTotals totals, Cursor after) {
        samples += totals.samples();
        if (!skip) word = Mix64.mix(word, sum / totals.samples()) + terms(plan) + totals.sampleDigest();
        cursor = after;
    }

    private static long terms(Plan plan) {
        long terms = Mix64.mix(plan.globalBatch(), plan.shares().ranks());
        for (double share : plan.shares().fractions()) terms = Mix64.mix(terms, Double.doubleToRawLongBits(share));
        return Mix64.mix(terms, Double.doubleToRawLongBits(plan.rateFactor()));
    }

    /** A bit flips in memory. */
    void flip(int bit) {
        word ^= 1L << bit;
    }

    long hash(long step) {
        long hash = Mix64.mix(Mix64.mix(step, word), Mix64.mix(samples, cursor.epoch()));
        hash = Mix64.mix(hash, cursor.next());
        for (var hole : cursor.holes()) hash = Mix64.mix(hash, (long) hole.start() << 32 | hole.count());
        return hash;
    }

    /** Whether this is the state of that name, whatever it was called before. */
    boolean is(StateName name) {
        return hash(name.step()) == name.hash();
    }

    /** Whether a state with one step more has it applied, not skipped. */
    boolean isUpdatedIn(Snapshot next) {
        return word != next.word();
    }

    Snapshot snapshot(StateName name) {
        return new Snapshot(name, word, cursor, samples);
    }

    void restore(Snapshot snapshot) {
        word = snapshot.word();
        cursor = snapshot.cursor();
        samples = snapshot.samples();
    }

    /** Forgets everything: the state every worker starts from. */
    void reset() {
        word = INITIAL;
        cursor = Cursor.START;
        samples = 0;
    }
}
