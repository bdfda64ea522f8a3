package rubato.protocol;

import rubato.step.StateName;
import rubato.world.Generation;

/**
 * What becomes of a worker's residual, the part of its gradients that compression has kept back so far (rules 5, 12 and 19). What a step
 * leaves is proposed when the step is sent; whatever becomes of the step resolves it, and until then the residual before it is kept. One
 * step is open at most.
 */
public final class Residual {
    /** Who keeps the values. */
    public interface Values {
        /** What this step left takes the place of what was kept back before it. */
        void settle(long step);

        /** What the open step left is dropped. */
        void revert();

        /** Nothing is kept back any more, and nothing is open. */
        void clear();

        /** What a compressor learned from earlier steps is dropped. */
        void restart();
    }

    private static final long NONE = -1;

    private final Values values;
    private Generation openIn = Generation.NONE;
    private long open = NONE;
    private boolean whole;
    private boolean mayKeep;

    /** Nothing is kept back, as of a worker that joins. */
    public Residual(Values values) {
        this.values = values;
    }

    /**
     * A step's part is about to be sent: it is open until one of the methods below resolves it.
     *
     * @return whether it transmits gradient and residual whole
     * @throws IllegalStateException if another step is open
     */
    public boolean open(Generation generation, WorkerAction.Compute step) {
        if (open != NONE)
            throw new IllegalStateException("the residual of step " + open + " is open in step " + step.step());
        openIn = generation;
        open = step.step();
        mayKeep = !step.whole();
        whole = !mayKeep || !step.plan().isCompressed();
        return whole;
    }

    /** The open step was applied: what it left holds. After a whole one the next begins as the first did. */
    public void applied() {
        if (open == NONE) return;
        values.settle(open);
        open = NONE;
        if (whole) values.restart();
    }

    /**
     * The open step was skipped by all: what was kept back before it holds. A checkpoint that is due after it holds nothing of that, so then
     * it is given up.
     */
    public void skipped() {
        if (mayKeep) revert();
        else forget();
    }

    /** The open step, if there is one, is not part of the state a generation starts from: it leaves no trace (rule 12). */
    public void aborted() {
        revert();
    }

    /**
     * The state held is the base of a generation. Where it was made in another generation than the base, by chance with the same bits, its
     * maker has no part in what the ledger has of that step, and is a joiner.
     */
    public void renamed(StateName held, StateName base) {
        if (held.generation().equals(base.generation())) aborted();
        else forget();
    }

    private void revert() {
        values.revert();
        open = NONE;
        values.restart();
    }

    /**
     * The state of others was taken over at rest. A member that was one step behind had its part in the step it missed, so that step's
     * outcome is its own; anyone else is a joiner.
     *
     * @param updated whether the state's last step was applied, not skipped
     */
    public void tookOver(StateName base, boolean updated) {
        if (!isPartOf(base)) forget();
        else if (updated) applied();
        else skipped();
        aborted();
    }

    private boolean isPartOf(StateName state) {
        return open == state.step() && openIn.equals(state.generation());
    }

    /** What is held comes from outside or is thrown away, or a checkpoint is made of it and must be all there is. */
    public void forget() {
        values.clear();
        open = NONE;
        values.restart();
    }
}
