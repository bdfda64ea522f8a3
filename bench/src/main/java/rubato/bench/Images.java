package rubato.bench;

import rubato.data.DenseDataset;
import rubato.data.Samples;
import rubato.random.SplitMix;

/** Seeded noise of Fashion-MNIST's shape, held decoded: what a gradient costs does not depend on what the pixels show. */
final class Images implements DenseDataset {
    private final float[] pixels;
    private final int size;
    private final ImageShape shape = new ImageShape(28, 28, 1);

    Images(int size, long seed) {
        SplitMix random = new SplitMix(seed);
        this.size = size;
        this.pixels = new float[size * features()];
        for (int i = 0; i < pixels.length; i++) pixels[i] = (float) random.nextDouble();
    }

    /** All samples in order. */
    Samples all() {
        int[] ids = new int[size];
        for (int i = 0; i < size; i++) ids[i] = i;
        return new Samples(this, ids, 0, size);
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public int features() {
        return 784;
    }

    @Override
    public int classes() {
        return 10;
    }

    @Override
    public int label(int sample) {
        return SplitMix.forPurpose(size, sample).nextInt(10);
    }

    @Override
    public void copy(int sample, float[] into, int offset) {
        System.arraycopy(pixels, sample * 784, into, offset, 784);
    }

    @Override
    public ImageShape image() {
        return shape;
    }
}
