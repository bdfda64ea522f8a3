package rubato.model;

import java.util.Arrays;
import rubato.data.DenseDataset;

/** |x|² of the samples of one data set, computed when first asked for: the data never changes, and every epoch asks again. */
public final class SampleNorms {
    /** Beyond so many samples (32 MiB of norms) nothing is kept. */
    private static final int MOST = 4 << 20;

    private final DenseDataset data;
    private final Kernels kernels;
    private final double[] known;

    public SampleNorms(DenseDataset data, Kernels kernels) {
        this.data = data;
        this.kernels = kernels;
        this.known = new double[data.size() <= MOST ? data.size() : 0];
        Arrays.fill(known, Double.NaN);
    }

    /** Whether these are the norms of that data set. */
    public boolean isOf(Object other) {
        return data == other;
    }

    /** |x|² of a sample whose features lie at {@code features[from ..]}. */
    public double of(int sample, float[] features, int from) {
        if (known.length == 0) return kernels.squaredNorm(features, from, from + data.features());
        if (Double.isNaN(known[sample])) known[sample] = kernels.squaredNorm(features, from, from + data.features());
        return known[sample];
    }
}
