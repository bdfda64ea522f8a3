package rubato.optim;

import rubato.model.Kernels;

/** Goes over a long vector block by block, so that what was just updated is checked while it is still in the cache. */
final class Blocks {
    private static final int BLOCK = 4096;

    private Blocks() {}

    /** An update of elements [from, to). */
    @FunctionalInterface
    interface Step {
        void apply(int from, int to);
    }

    /** Applies the step everywhere; true if every parameter is finite afterwards. */
    static boolean allFinite(Kernels kernels, float[] parameters, int count, Step step) {
        boolean finite = true;
        for (int from = 0; from < count; from += BLOCK) {
            int to = Math.min(from + BLOCK, count);
            step.apply(from, to);
            finite &= kernels.allFinite(parameters, from, to);
        }
        return finite;
    }
}
