package rubato.compress;

import java.nio.ByteBuffer;

/** Sums in a codec's wire format. The roundings fed back are that of the own part and that of the sums this rank rounded for all. */
public final class CodecSum implements Compressor {
    private static final int CHUNK = 16 << 10;

    private final Codec codec;
    private final float[] rounded = new float[CHUNK];
    private final ByteBuffer bytes;

    public CodecSum(Codec codec) {
        this.codec = codec;
        this.bytes = ByteBuffer.allocate(codec.bytes(CHUNK));
    }

    @Override
    public void sum(float[] vector, float[] carried, float[] left, int length, Exchange wire) {
        for (int from = 0; from < length; from += CHUNK)
            round(vector, carried, left, from, Math.min(CHUNK, length - from));
        wire.allReduce(vector, length, codec, left);
    }

    private void round(float[] vector, float[] carried, float[] left, int from, int count) {
        for (int i = from; i < from + count; i++) vector[i] += carried[i];
        codec.encode(vector, from, count, bytes.clear());
        codec.decode(bytes.flip(), rounded, 0, count);
        for (int i = 0; i < count; i++) left[from + i] = vector[from + i] - rounded[i];
    }
}
