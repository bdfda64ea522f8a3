package rubato.compress;

import java.nio.ByteBuffer;

/** What a codec makes of a vector, without a wire. */
public final class Rounding {
    private static final int CHUNK = 16 << 10;

    private Rounding() {}

    /** Encodes and decodes in place. */
    public static void apply(Codec codec, float[] values, int length) {
        ByteBuffer bytes = ByteBuffer.allocate(codec.bytes(CHUNK));
        for (int from = 0; from < length; from += CHUNK) {
            int count = Math.min(CHUNK, length - from);
            codec.encode(values, from, count, bytes.clear());
            codec.decode(bytes.flip(), values, from, count);
        }
    }

    /** Where the slice begins that a rank rounds the sum of for all: at the block before its part of the length. */
    public static int sliceFrom(int rank, int size, int length, Codec codec) {
        if (rank == size) return length;
        long blocks = (length + codec.block() - 1L) / codec.block();
        return (int) Math.min(length, blocks * rank / size * codec.block());
    }
}
