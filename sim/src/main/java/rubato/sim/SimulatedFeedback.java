package rubato.sim;

import rubato.protocol.Residual;
import rubato.protocol.WorkerAction;
import rubato.world.Generation;

/** The stand-in for compression with error feedback: the low bits of a contribution wait for a later one, unless the step is whole. */
final class SimulatedFeedback {
    private static final long LOW_BITS = 0xFFFF;

    /** What is kept back, and what the open step leaves. */
    private static final class Words implements Residual.Values {
        private long carried;
        private long left;

        @Override
        public void settle(long step) {
            carried = left;
        }

        @Override
        public void revert() {
            left = 0;
        }

        @Override
        public void clear() {
            carried = 0;
        }

        @Override
        public void restart() {
            // it learns nothing from earlier steps
        }
    }

    private final Words words = new Words();
    private final Residual residual = new Residual(words);

    /** What a contribution leaves that is not sent whole. */
    static long rest(long contribution) {
        return contribution & LOW_BITS;
    }

    /** Whom to tell what became of the step sent last. */
    Residual residual() {
        return residual;
    }

    /** What is kept back by now. */
    long carried() {
        return words.carried;
    }

    /** Adds what was kept back to a gradient. @return what is sent of it */
    long send(Generation generation, WorkerAction.Compute step, long gradient) {
        boolean whole = residual.open(generation, step);
        long all = gradient + words.carried;
        words.left = whole ? 0 : rest(all);
        return all - words.left;
    }
}
