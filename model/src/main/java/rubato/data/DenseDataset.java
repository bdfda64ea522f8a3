package rubato.data;

/** Samples with every feature present. */
public non-sealed interface DenseDataset extends Dataset {
    /** Copies a sample's features to {@code into[offset .. offset + features())}, scaled as the data set defines (pixels by 1/255). */
    void copy(int sample, float[] into, int offset);

    /** Height, width and channels if the samples are images (row-major, one channel after another), else {1, features, 1}. */
    ImageShape image();

    /** Shape of one sample as an image. */
    record ImageShape(int height, int width, int channels) {}
}
