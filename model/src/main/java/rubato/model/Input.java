package rubato.model;

import rubato.data.Dataset;
import rubato.data.DenseDataset;
import rubato.data.Samples;

/** The features of one block of samples as the matrix X (samples × features) that a linear layer multiplies with. */
sealed interface Input permits DenseInput, SparseInput {
    /** Samples per block: fixed, because it decides the order of additions. */
    int BLOCK = 128;

    static Input of(Dataset data, Kernels kernels) {
        if (data instanceof DenseDataset dense) return new DenseInput(dense, kernels);
        return new SparseInput(data, kernels);
    }

    /** Reads {@code samples.ids[from .. from + count)}, from counted from the samples' start, count at most {@link #BLOCK}. */
    void load(Samples samples, int from, int count);

    /** into (samples × columns) += X·W, W (features × columns) at {@code weightFrom}. */
    void multiply(float[] weight, int weightFrom, float[] into, int columns);

    /** into (features × columns, at {@code intoFrom}) += Xᵀ·delta, delta (samples × columns). */
    void multiplyTransposed(float[] delta, float[] into, int intoFrom, int columns);

    /** |x|² of one sample of the block. */
    double squaredNorm(int row);
}
