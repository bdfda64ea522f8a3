package rubato.compress;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** Every value as it is. */
final class Float32Codec implements Codec {
    @Override
    public String name() {
        return "none";
    }

    @Override
    public int block() {
        return 1;
    }

    @Override
    public int bytes(int count) {
        return Math.multiplyExact(4, count);
    }

    @Override
    public void encode(float[] values, int from, int count, ByteBuffer out) {
        floats(out).put(values, from, count);
        out.position(out.position() + 4 * count);
    }

    @Override
    public void decode(ByteBuffer in, float[] values, int from, int count) {
        Codecs.need(in, this, count);
        floats(in).get(values, from, count);
        in.position(in.position() + 4 * count);
    }

    private static FloatBuffer floats(ByteBuffer buffer) {
        return buffer.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    }
}
