package rubato.model;

import rubato.data.DenseDataset;
import rubato.random.SplitMix;

/** Dense samples in memory. */
public record ArrayDense(float[][] rows, int[] labels, int classes) implements DenseDataset {
    /** Standard normal features, about a third of them zero, uniform labels. */
    public static ArrayDense random(int size, int features, int classes, long seed) {
        SplitMix random = new SplitMix(seed);
        float[][] rows = new float[size][features];
        int[] labels = new int[size];
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < features; j++) rows[i][j] = random.nextInt(3) == 0 ? 0f : (float) random.nextGaussian();
            labels[i] = random.nextInt(classes);
        }
        return new ArrayDense(rows, labels, classes);
    }

    @Override
    public int size() {
        return rows.length;
    }

    @Override
    public int features() {
        return rows[0].length;
    }

    @Override
    public int label(int sample) {
        return labels[sample];
    }

    @Override
    public void copy(int sample, float[] into, int offset) {
        System.arraycopy(rows[sample], 0, into, offset, rows[sample].length);
    }

    @Override
    public ImageShape image() {
        return new ImageShape(1, features(), 1);
    }
}
