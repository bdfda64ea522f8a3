package rubato.data;

import java.nio.ByteBuffer;
import java.nio.IntBuffer;

/** Images of unsigned bytes in mapped memory, each byte b read as (b &amp; 0xFF) / 255f. */
final class PixelDataset implements DenseDataset {
    private static final float[] SCALED = new float[256];

    static {
        for (int i = 0; i < SCALED.length; i++) SCALED[i] = i / 255f;
    }

    private final ByteBuffer[] pieces;
    private final int rowsPerPiece;
    private final IntBuffer labels;
    private final int classes;
    private final ImageShape image;
    private final int features;
    /** One row per reading thread, so that a copy allocates nothing. */
    private final ThreadLocal<byte[]> row;

    PixelDataset(ByteBuffer[] pieces, int rowsPerPiece, IntBuffer labels, int classes, ImageShape image) {
        this.pieces = pieces;
        this.rowsPerPiece = rowsPerPiece;
        this.labels = labels;
        this.classes = classes;
        this.image = image;
        this.features = image.height() * image.width() * image.channels();
        int length = features;
        this.row = ThreadLocal.withInitial(() -> new byte[length]);
    }

    @Override
    public void copy(int sample, float[] into, int offset) {
        byte[] bytes = row.get();
        pieces[sample / rowsPerPiece].get(sample % rowsPerPiece * features, bytes, 0, features);
        for (int i = 0; i < features; i++) into[offset + i] = SCALED[bytes[i] & 0xFF];
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
        return image;
    }
}
