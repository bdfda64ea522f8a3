package rubato.model;

import rubato.data.Samples;
import rubato.data.SparseDataset;

/** A block of sparse samples, one after the other; zeros cost nothing and change no bit of a product. */
final class SparseInput implements Input {
    private final Kernels kernels;
    private final int[] sampleIndices;
    private final float[] sampleValues;
    private final int[] starts = new int[BLOCK + 1];
    private int[] indices = new int[0];
    private float[] values = new float[0];
    private int count;

    SparseInput(int maxNonZeros, Kernels kernels) {
        this.kernels = kernels;
        this.sampleIndices = new int[maxNonZeros];
        this.sampleValues = new float[maxNonZeros];
    }

    @Override
    public void load(Samples samples, int from, int count) {
        this.count = count;
        SparseDataset data = (SparseDataset) samples.data();
        for (int row = 0; row < count; row++) {
            int nonZeros = data.copy(samples.id(from + row), sampleIndices, sampleValues);
            int start = starts[row];
            reserve(start + nonZeros);
            System.arraycopy(sampleIndices, 0, indices, start, nonZeros);
            System.arraycopy(sampleValues, 0, values, start, nonZeros);
            starts[row + 1] = start + nonZeros;
        }
    }

    private void reserve(int length) {
        if (indices.length >= length) return;
        int roomy = Math.max(1024, length + (length >> 1));
        indices = java.util.Arrays.copyOf(indices, roomy);
        values = java.util.Arrays.copyOf(values, roomy);
    }

    @Override
    public void multiply(float[] weight, int weightFrom, float[] into, int columns) {
        for (int row = 0; row < count; row++)
            for (int at = starts[row]; at < starts[row + 1]; at++)
                kernels.axpy(values[at], weight, weightFrom + indices[at] * columns, into, row * columns, columns);
    }

    @Override
    public void multiplyTransposed(float[] delta, float[] into, int intoFrom, int columns) {
        for (int row = 0; row < count; row++)
            for (int at = starts[row]; at < starts[row + 1]; at++)
                kernels.axpy(values[at], delta, row * columns, into, intoFrom + indices[at] * columns, columns);
    }

    @Override
    public double squaredNorm(int row) {
        return kernels.squaredNorm(values, starts[row], starts[row + 1]);
    }

    int start(int row) {
        return starts[row];
    }

    int index(int at) {
        return indices[at];
    }

    float value(int at) {
        return values[at];
    }
}
