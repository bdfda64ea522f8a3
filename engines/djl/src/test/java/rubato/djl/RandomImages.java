package rubato.djl;

import rubato.data.DenseDataset;
import rubato.data.Samples;
import rubato.random.SplitMix;

/** Seeded images whose class can be learned: a bright band at a place the class decides, over noise. */
record RandomImages(int size, ImageShape image, int classes, long seed) implements DenseDataset {
    static RandomImages like28(int size) {
        return new RandomImages(size, new ImageShape(28, 28, 1), 10, 7);
    }

    static RandomImages flat(int size, int features, int classes) {
        return new RandomImages(size, new ImageShape(1, features, 1), classes, 7);
    }

    Samples all() {
        int[] ids = new int[size];
        for (int i = 0; i < size; i++) ids[i] = i;
        return new Samples(this, ids, 0, size);
    }

    @Override
    public int features() {
        return image.height() * image.width() * image.channels();
    }

    @Override
    public int label(int sample) {
        return SplitMix.forPurpose(seed, sample).nextInt(classes);
    }

    @Override
    public void copy(int sample, float[] into, int offset) {
        SplitMix random = SplitMix.forPurpose(seed, sample);
        int label = random.nextInt(classes);
        int band = features() / classes;
        for (int i = 0; i < features(); i++) {
            double light = i / band == label ? 0.5 : 0;
            into[offset + i] = (float) (light + 0.5 * random.nextDouble());
        }
    }
}
