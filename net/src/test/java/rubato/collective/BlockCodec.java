package rubato.collective;

import java.nio.ByteBuffer;
import rubato.compress.Codec;

/** A coarse wire format for tests: one scale for each five values, a byte for each; encoding its own output again gives other bytes. */
final class BlockCodec implements Codec {
    private static final int BLOCK = 5;

    @Override
    public String name() {
        return "block";
    }

    @Override
    public int block() {
        return BLOCK;
    }

    @Override
    public int bytes(int count) {
        return 4 * ((count + BLOCK - 1) / BLOCK) + count;
    }

    @Override
    public void encode(float[] values, int from, int count, ByteBuffer out) {
        for (int done = 0; done < count; done += BLOCK) {
            int size = Math.min(BLOCK, count - done);
            float largest = 0;
            for (int i = 0; i < size; i++) largest = Math.max(largest, Math.abs(values[from + done + i]));
            float scale = largest / 100 * 1.01f;
            out.putFloat(scale);
            for (int i = 0; i < size; i++)
                out.put((byte) (scale == 0 ? 0 : Math.round(values[from + done + i] / scale)));
        }
    }

    @Override
    public void decode(ByteBuffer in, float[] values, int from, int count) {
        for (int done = 0; done < count; done += BLOCK) {
            int size = Math.min(BLOCK, count - done);
            float scale = in.getFloat();
            for (int i = 0; i < size; i++) values[from + done + i] = in.get() * scale;
        }
    }

    /** What one rounding makes of a vector. */
    float[] rounded(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(bytes(values.length));
        encode(values, 0, values.length, bytes);
        float[] rounded = new float[values.length];
        decode(bytes.flip(), rounded, 0, values.length);
        return rounded;
    }
}
