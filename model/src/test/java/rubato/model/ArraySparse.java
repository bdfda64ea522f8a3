package rubato.model;

import rubato.data.SparseDataset;

/** The same samples as some dense ones, with the zeros left out. */
public record ArraySparse(ArrayDense dense) implements SparseDataset {
    @Override
    public int size() {
        return dense.size();
    }

    @Override
    public int features() {
        return dense.features();
    }

    @Override
    public int classes() {
        return dense.classes();
    }

    @Override
    public int label(int sample) {
        return dense.label(sample);
    }

    @Override
    public int nonZeros(int sample) {
        int count = 0;
        for (float value : dense.rows()[sample]) if (value != 0) count++;
        return count;
    }

    @Override
    public int maxNonZeros() {
        int most = 0;
        for (int i = 0; i < size(); i++) most = Math.max(most, nonZeros(i));
        return most;
    }

    @Override
    public int copy(int sample, int[] indices, float[] values) {
        float[] row = dense.rows()[sample];
        int count = 0;
        for (int j = 0; j < row.length; j++) {
            if (row[j] == 0) continue;
            indices[count] = j;
            values[count++] = row[j];
        }
        return count;
    }
}
