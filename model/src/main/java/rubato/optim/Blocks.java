package rubato.optim;

import rubato.model.Kernels;

/** Goes over a long vector block by block, so that what was just updated is checked and visited while it is still in the cache. */
final class Blocks {
    private Blocks() {}

    /** An update of elements [from, to). */
    @FunctionalInterface
    interface Step {
        void apply(int from, int to);
    }

    /** Applies the step everywhere and shows each block; true if every parameter is finite afterwards. */
    static boolean allFinite(Kernels kernels, float[] parameters, int count, Step step, Optimizer.Visitor visitor) {
        boolean finite = true;
        for (int from = 0; from < count; from += Optimizer.BLOCK) {
            int to = Math.min(from + Optimizer.BLOCK, count);
            step.apply(from, to);
            finite &= kernels.allFinite(parameters, from, to);
            visitor.updated(from, to);
        }
        return finite;
    }
}
