package rubato.data;

import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;

/** Compressed sparse rows in mapped memory. */
final class RowDataset implements SparseDataset {
    private final LongBuffer starts;
    private final IntBuffer indices;
    private final FloatBuffer values;
    private final IntBuffer labels;
    private final int features;
    private final int classes;
    private final int maxNonZeros;

    RowDataset(LongBuffer starts, IntBuffer indices, FloatBuffer values, IntBuffer labels, int features, int classes) {
        this.starts = starts;
        this.indices = indices;
        this.values = values;
        this.labels = labels;
        this.features = features;
        this.classes = classes;
        int most = 0;
        for (int i = 0; i < labels.limit(); i++) most = Math.max(most, nonZeros(i));
        this.maxNonZeros = most;
    }

    @Override
    public int nonZeros(int sample) {
        return (int) (starts.get(sample + 1) - starts.get(sample));
    }

    @Override
    public int maxNonZeros() {
        return maxNonZeros;
    }

    @Override
    public int copy(int sample, int[] indices, float[] values) {
        int start = (int) starts.get(sample);
        int count = nonZeros(sample);
        this.indices.get(start, indices, 0, count);
        this.values.get(start, values, 0, count);
        return count;
    }

    @Override
    public int size() {
        return labels.limit();
    }

    @Override
    public int features() {
        return features;
    }

    @Override
    public int classes() {
        return classes;
    }

    @Override
    public int label(int sample) {
        return labels.get(sample);
    }
}
