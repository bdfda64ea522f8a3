package rubato.model;

import rubato.data.DenseDataset;
import rubato.data.Samples;

/** A block of dense samples. */
final class DenseInput implements Input {
    private final int features;
    private final Kernels kernels;
    private final int[] ids = new int[BLOCK];
    private SampleNorms norms;
    private float[] values = new float[0];
    private int count;

    DenseInput(DenseDataset data, Kernels kernels) {
        this.features = data.features();
        this.kernels = kernels;
        this.norms = new SampleNorms(data, kernels);
    }

    @Override
    public void load(Samples samples, int from, int count) {
        this.count = count;
        if (values.length < count * features) values = new float[count * features];
        DenseDataset data = (DenseDataset) samples.data();
        if (!norms.isOf(data)) norms = new SampleNorms(data, kernels);
        for (int row = 0; row < count; row++) {
            ids[row] = samples.id(from + row);
            data.copy(ids[row], values, row * features);
        }
    }

    @Override
    public void multiply(float[] weight, int weightFrom, float[] into, int columns) {
        kernels.multiply(values, 0, weight, weightFrom, into, 0, count, features, columns);
    }

    @Override
    public void multiplyTransposed(float[] delta, float[] into, int intoFrom, int columns) {
        kernels.multiplyTransposedLeft(values, 0, delta, 0, into, intoFrom, features, count, columns);
    }

    @Override
    public double squaredNorm(int row) {
        return norms.of(ids[row], values, row * features);
    }
}
