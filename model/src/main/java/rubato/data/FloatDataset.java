package rubato.data;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/** Rows of float32 in mapped memory. */
final class FloatDataset implements DenseDataset {
    private final FloatBuffer[] pieces;
    private final int rowsPerPiece;
    private final IntBuffer labels;
    private final int classes;
    private final int features;

    FloatDataset(ByteBuffer[] pieces, int rowsPerPiece, IntBuffer labels, int classes, int features) {
        this.pieces = new FloatBuffer[pieces.length];
        for (int i = 0; i < pieces.length; i++) this.pieces[i] = pieces[i].asFloatBuffer();
        this.rowsPerPiece = rowsPerPiece;
        this.labels = labels;
        this.classes = classes;
        this.features = features;
    }

    @Override
    public void copy(int sample, float[] into, int offset) {
        pieces[sample / rowsPerPiece].get(sample % rowsPerPiece * features, into, offset, features);
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

    @Override
    public ImageShape image() {
        return new ImageShape(1, features, 1);
    }
}
