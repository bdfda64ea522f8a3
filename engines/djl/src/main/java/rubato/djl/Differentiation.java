package rubato.djl;

import rubato.data.Samples;

/** A way to the summed gradient of a network whose parameters are loaded. */
sealed interface Differentiation permits Autograd, LinearChain {
    /**
     * Overwrites {@code gradient} with the sum over the samples, and adds their loss and hits to the network's.
     *
     * @param microBatch samples per noise unit, where units are micro-batches
     */
    Noise differentiate(Samples samples, int microBatch, float[] gradient);

    /** Σ over noise units of |Σ g|²/b, and how many units there were. */
    record Noise(double squaredNorms, long units) {}
}
