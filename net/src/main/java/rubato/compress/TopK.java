package rubato.compress;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Every rank transmits its {@code ⌈fraction·length⌉} values of largest magnitude with their places, and adds what the ranks sent in
 * rank order (Aji and Heafield 2017; Stich et al. 2018). Of equal magnitudes the one at the lower index goes first.
 */
public final class TopK implements Compressor {
    private final double fraction;
    private final LargestValues largest;
    private ByteBuffer message = ByteBuffer.allocate(0);

    public TopK(double fraction) {
        this(fraction, Loops.best());
    }

    TopK(double fraction, Loops loops) {
        if (!(fraction > 0 && fraction <= 1))
            throw new IllegalArgumentException("fraction must be in (0, 1], was " + fraction);
        this.fraction = fraction;
        this.largest = new LargestValues(loops);
    }

    /** How many of so many values go over the wire. */
    public static int kept(double fraction, int length) {
        return (int) Math.min(length, Math.ceil(fraction * length));
    }

    @Override
    public void sum(float[] vector, float[] carried, float[] left, int length, Exchange wire) {
        int kept = kept(fraction, length);
        int[] indices = largest.ofSum(vector, carried, left, length, kept);
        ByteBuffer own = encode(left, indices, kept);
        for (int i = 0; i < kept; i++) left[indices[i]] = 0;
        List<ByteBuffer> all = wire.allGather(own);
        for (int rank = 0; rank < all.size(); rank++) add(all.get(rank), rank, kept, vector, length);
    }

    private ByteBuffer encode(float[] values, int[] indices, int kept) {
        if (message.capacity() < 8 * kept) message = buffer(8 * kept);
        message.clear();
        for (int i = 0; i < kept; i++) message.putInt(indices[i]);
        for (int i = 0; i < kept; i++) message.putFloat(values[indices[i]]);
        return message.flip();
    }

    /** Adds one rank's message: so many indices, ascending, then their values. */
    static void add(ByteBuffer sent, int rank, int kept, float[] sum, int length) {
        ByteBuffer in = sent.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        if (in.remaining() != 8L * kept)
            throw new CompressionException("rank " + rank + " sent " + in.remaining() + " bytes for " + kept
                    + " values of " + length + ", not " + 8L * kept);
        int from = in.position();
        int previous = -1;
        for (int i = 0; i < kept; i++) {
            int index = in.getInt(from + 4 * i);
            if (index <= previous || index >= length)
                throw new CompressionException(
                        "rank " + rank + " sent index " + index + " after " + previous + " of " + length);
            sum[index] += in.getFloat(from + 4 * (kept + i));
            previous = index;
        }
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
