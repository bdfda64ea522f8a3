package rubato.compress;

/**
 * A sum over ranks that transmits less than the vectors. What it does not transmit is not lost but left for the next step (error
 * feedback: Seide et al. 2014; Karimireddy et al. 2019): over all ranks, transmitted + left = vectors + carried.
 */
public interface Compressor {
    /**
     * @param vector this rank's part; becomes the sum of what all ranks transmitted, the same bits on each
     * @param carried what this rank's earlier steps left; is not changed
     * @param left becomes what this rank leaves now; all of it before its last message, so that it holds wherever the sum arrived, even if
     *     not here
     */
    void sum(float[] vector, float[] carried, float[] left, int length, Exchange wire);

    /** Forgets what it has learnt from earlier sums, as every rank must at the same moment. */
    default void reset() {}
}
