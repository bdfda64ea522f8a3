package rubato.model;

import rubato.data.DenseDataset;
import rubato.data.Samples;

/** A block of dense samples. */
final class DenseInput implements Input {
    private final int features;
    private final Kernels kernels;
    private float[] values = new float[0];
    private int count;

    DenseInput(int features, Kernels kernels) {
        this.features = features;
        this.kernels = kernels;
    }

    @Override
    public void load(Samples samples, int from, int count) {
        this.count = count;
        if (values.length < count * features) values = new float[count * features];
        DenseDataset data = (DenseDataset) samples.data();
        for (int row = 0; row < count; row++) data.copy(samples.id(from + row), values, row * features);
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
        return kernels.squaredNorm(values, row * features, (row + 1) * features);
    }
}
