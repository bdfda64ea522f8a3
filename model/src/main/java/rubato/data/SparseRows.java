package rubato.data;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import rubato.data.cache.CacheWriter;
import rubato.error.RubatoException;

/** Sparse rows gathered in memory, then written to the cache: some to the training part, some to the test part. */
final class SparseRows {
    private int[] starts = new int[1024];
    private int[] labels = new int[1024];
    private int[] indices = new int[8192];
    private float[] values = new float[8192];
    private int rows;
    private int entries;
    private int features;

    /** One entry of the row being gathered; indices ascend within a row. */
    void add(int index, float value) {
        if (entries == indices.length) {
            indices = Arrays.copyOf(indices, grown(entries));
            values = Arrays.copyOf(values, grown(entries));
        }
        indices[entries] = index;
        values[entries++] = value;
        features = Math.max(features, index + 1);
    }

    /** Ends the row being gathered. */
    void endRow(int label) {
        if (rows + 1 >= starts.length) {
            starts = Arrays.copyOf(starts, grown(rows + 1));
            labels = Arrays.copyOf(labels, grown(rows + 1));
        }
        labels[rows++] = label;
        starts[rows] = entries;
    }

    private static int grown(int size) {
        if (size > Integer.MAX_VALUE / 2)
            throw RubatoException.failed("data set too large: a sparse set must have <= 2^30 non-zero values");
        return size * 2;
    }

    int rows() {
        return rows;
    }

    /** One more than the largest index seen. */
    int features() {
        return features;
    }

    int label(int row) {
        return labels[row];
    }

    /** Writes rows {@code at(0) .. at(count - 1)} as one part. */
    void write(
            String part,
            int count,
            IntUnaryOperator at,
            int features,
            int classes,
            IntUnaryOperator label,
            CacheWriter out) {
        out.section(part + ".labels");
        for (int i = 0; i < count; i++) out.putInt(label.applyAsInt(labels[at.applyAsInt(i)]));
        out.section(part + ".starts");
        long start = 0;
        out.putLong(start);
        for (int i = 0; i < count; i++) out.putLong(start += length(at.applyAsInt(i)));
        out.section(part + ".indices");
        for (int i = 0; i < count; i++) {
            for (int e = starts[at.applyAsInt(i)]; e < starts[at.applyAsInt(i) + 1]; e++) out.putInt(indices[e]);
        }
        out.section(part + ".values");
        for (int i = 0; i < count; i++) {
            for (int e = starts[at.applyAsInt(i)]; e < starts[at.applyAsInt(i) + 1]; e++) out.putFloat(values[e]);
        }
        out.property(part + ".layout", Layout.SPARSE.name());
        out.property(part + ".size", count);
        out.property(part + ".features", features);
        out.property(part + ".classes", classes);
    }

    private int length(int row) {
        return starts[row + 1] - starts[row];
    }
}
