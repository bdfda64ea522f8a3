package rubato.optim;

import java.util.List;

/**
 * Updates a flat parameter vector in place from a mean gradient. Deterministic: same bits everywhere. Its state is part of
 * the replicated state: flat vectors of the parameters' length, by name, and a step count.
 */
public interface Optimizer {
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
     * @param gradient mean gradient; may be overwritten (decay, clipping)
     * @param rate learning rate of this update, >= 0
     * @return whether every parameter is finite afterwards; if not, nothing promises what the state holds
     */
    boolean update(float[] parameters, float[] gradient, double rate);
}
