package rubato.model;

import java.util.Arrays;
import rubato.data.Dataset;
import rubato.data.DenseDataset;
import rubato.data.Samples;
import rubato.data.SparseDataset;

/** A block of samples without their zeros, one after the other; zeros cost nothing and change no bit of a product. */
final class SparseInput implements Input {
    private final Kernels kernels;
    private final int[] sampleIndices;
    private final float[] sampleValues;
    private final int[] starts = new int[BLOCK + 1];
    private int[] indices = new int[0];
    private float[] values = new float[0];
    private float[] sums = new float[0];
    private int count;

    SparseInput(Dataset data, Kernels kernels) {
        int most = data instanceof SparseDataset sparse ? sparse.maxNonZeros() : data.features();
        this.kernels = kernels;
        this.sampleIndices = new int[most];
        this.sampleValues = new float[most];
    }

    @Override
    public void load(Samples samples, int from, int count) {
        this.count = count;
        for (int row = 0; row < count; row++) {
            int nonZeros = copy(samples.data(), samples.id(from + row));
            int start = starts[row];
            reserve(start + nonZeros);
            System.arraycopy(sampleIndices, 0, indices, start, nonZeros);
            System.arraycopy(sampleValues, 0, values, start, nonZeros);
            starts[row + 1] = start + nonZeros;
        }
    }

    private int copy(Dataset data, int sample) {
        if (data instanceof SparseDataset sparse) return sparse.copy(sample, sampleIndices, sampleValues);
        return compress((DenseDataset) data, sample);
    }

    private int compress(DenseDataset dense, int sample) {
        dense.copy(sample, sampleValues, 0);
        int nonZeros = 0;
        for (int feature = 0; feature < sampleValues.length; feature++) {
            if (sampleValues[feature] == 0) continue;
            sampleIndices[nonZeros] = feature;
            sampleValues[nonZeros++] = sampleValues[feature];
        }
        return nonZeros;
    }

    private void reserve(int length) {
        if (indices.length >= length) return;
        int roomy = Math.max(1024, length + (length >> 1));
        indices = Arrays.copyOf(indices, roomy);
        values = Arrays.copyOf(values, roomy);
    }

    @Override
    public void multiply(float[] weight, int weightFrom, float[] into, int columns) {
        for (int row = 0; row < count; row++) {
            if (columns == 1) into[row] += dot(row, weight, weightFrom);
            else addRow(row, weight, weightFrom, into, columns);
        }
    }

    private float dot(int row, float[] weight, int weightFrom) {
        float sum = 0;
        for (int at = starts[row]; at < starts[row + 1]; at++)
            sum = Math.fma(values[at], weight[weightFrom + indices[at]], sum);
        return sum;
    }

    private void addRow(int row, float[] weight, int weightFrom, float[] into, int columns) {
        if (sums.length < columns) sums = new float[columns];
        Arrays.fill(sums, 0, columns, 0f);
        for (int at = starts[row]; at < starts[row + 1]; at++)
            kernels.axpy(values[at], weight, weightFrom + indices[at] * columns, sums, 0, columns);
        kernels.add(into, row * columns, sums, 0, columns);
    }

    @Override
    public void multiplyTransposed(float[] delta, float[] into, int intoFrom, int columns) {
        for (int row = 0; row < count; row++) {
            if (columns == 1) addScaled(row, delta[row], into, intoFrom);
            else addOuter(row, delta, into, intoFrom, columns);
        }
    }

    private void addScaled(int row, float factor, float[] into, int intoFrom) {
        for (int at = starts[row]; at < starts[row + 1]; at++) {
            int to = intoFrom + indices[at];
            into[to] = Math.fma(values[at], factor, into[to]);
        }
    }

    private void addOuter(int row, float[] delta, float[] into, int intoFrom, int columns) {
        for (int at = starts[row]; at < starts[row + 1]; at++)
            kernels.axpy(values[at], delta, row * columns, into, intoFrom + indices[at] * columns, columns);
    }

    @Override
    public double squaredNorm(int row) {
        return kernels.squaredNorm(values, starts[row], starts[row + 1]);
    }

    /** Where a sample's features begin; they end where the next one's begin. */
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
