package rubato.optim;

import java.util.List;
import rubato.model.Kernels;

/**
 * Updates a flat parameter vector in place from a mean gradient. Deterministic: same bits everywhere. Its state is part of
 * the replicated state: flat vectors of the parameters' length, by name, and a step count.
 */
public interface Optimizer {
    /** Elements of a block: what an update reads and writes of it stays in a core's first cache. */
    int BLOCK = 4096;

    /**
     * What one update does.
     *
     * @param scale times the gradient handed over is the mean gradient
     * @param squaredNorm of the mean gradient
     * @param rate learning rate, >= 0
     */
    record Update(double scale, double squaredNorm, double rate) {}

    /** Sees the blocks of an update, ascending, each while it is still in the cache. */
    @FunctionalInterface
    interface Visitor {
        /** Elements [from, to) of the parameters and of every state vector have their new values. */
        void updated(int from, int to);
    }

    /** Names of the state vectors, in order, e.g. {@code momentum}; empty for plain SGD. */
    List<String> stateNames();

    /** The state vectors themselves, in the order of {@link #stateNames()}; live, may be overwritten when state is installed. */
    List<float[]> state();

    /** Number of updates made so far (Adam's t). */
    long updates();

    void setUpdates(long updates);

    /**
     * Applies one update.
     *
     * @param parameters overwritten
     * @param gradient as {@code update} says; may be overwritten (decay, clipping)
     * @param visitor shown every block of the vectors once it is updated
     * @return whether every parameter is finite afterwards; if not, nothing promises what the state holds
     */
    boolean update(float[] parameters, float[] gradient, Update update, Visitor visitor);

    /** Applies one update from a mean gradient. */
    default boolean update(float[] parameters, float[] gradient, double rate) {
        double squaredNorm = Kernels.best().squaredNorm(gradient, 0, gradient.length);
        return update(parameters, gradient, new Update(1, squaredNorm, rate), (from, to) -> {});
    }
}
