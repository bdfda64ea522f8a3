package rubato.compress;

import java.nio.ByteBuffer;

/**
 * One byte a value and one float32 scale per {@value #BLOCK} values: {@code q = rint(v·127/m)} with m the block's largest magnitude,
 * decoded as {@code q·(m/127)}, so that no value moves by more than m/254 (and rounding). Symmetric: zero stays zero. A block
 * that holds an infinity or NaN gets the scale NaN and decodes to NaN throughout; one with m below 2⁻¹⁰⁰ decodes to zeros.
 */
final class Int8Codec implements Codec {
    static final int BLOCK = 256;

    private static final int STEPS = 127;
    private static final int INFINITY = 0x7F80_0000;
    private static final float SMALLEST = 0x1p-100f;
    private static final int BLOCK_BYTES = BLOCK + 4;

    private final Loops loops;
    private final byte[] chunk = new byte[16 * BLOCK_BYTES];

    Int8Codec(Loops loops) {
        this.loops = loops;
    }

    @Override
    public String name() {
        return "int8";
    }

    @Override
    public int block() {
        return BLOCK;
    }

    @Override
    public int bytes(int count) {
        long blocks = (count + BLOCK - 1L) / BLOCK;
        return Math.toIntExact(count + 4 * blocks);
    }

    @Override
    public void encode(float[] values, int from, int count, ByteBuffer out) {
        int used = 0;
        for (int done = 0; done < count; done += BLOCK) {
            if (used == chunk.length) {
                out.put(chunk, 0, used);
                used = 0;
            }
            used = encodeBlock(values, from + done, Math.min(BLOCK, count - done), used);
        }
        out.put(chunk, 0, used);
    }

    private int encodeBlock(float[] values, int from, int count, int at) {
        int bits = loops.largestMagnitude(values, from, count);
        float largest = Float.intBitsToFloat(bits);
        if (bits >= INFINITY) return zeros(Float.NaN, count, at);
        if (largest < SMALLEST) return zeros(0, count, at);
        putScale(largest / STEPS, at);
        loops.toInt8(values, from, count, STEPS / largest, chunk, at + 4);
        return at + 4 + count;
    }

    private int zeros(float scale, int count, int at) {
        putScale(scale, at);
        java.util.Arrays.fill(chunk, at + 4, at + 4 + count, (byte) 0);
        return at + 4 + count;
    }

    private void putScale(float scale, int at) {
        int bits = Float.floatToIntBits(scale);
        for (int i = 0; i < 4; i++) chunk[at + i] = (byte) (bits >>> 8 * i);
    }

    private float scale(int at) {
        int bits = 0;
        for (int i = 3; i >= 0; i--) bits = bits << 8 | chunk[at + i] & 0xFF;
        return Float.intBitsToFloat(bits);
    }

    @Override
    public void decode(ByteBuffer in, float[] values, int from, int count) {
        Codecs.need(in, this, count);
        int perChunk = chunk.length / BLOCK_BYTES * BLOCK;
        for (int done = 0; done < count; done += perChunk) {
            int n = Math.min(perChunk, count - done);
            in.get(chunk, 0, bytes(n));
            decodeChunk(values, from + done, n);
        }
    }

    private void decodeChunk(float[] values, int from, int count) {
        int at = 0;
        for (int done = 0; done < count; done += BLOCK) {
            int n = Math.min(BLOCK, count - done);
            loops.fromInt8(chunk, at + 4, scale(at), values, from + done, n);
            at += 4 + n;
        }
    }
}
