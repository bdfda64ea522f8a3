package rubato.compress;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The loops in plain Java. */
final class ScalarLoops implements Loops {
    static final ScalarLoops INSTANCE = new ScalarLoops();

    private static final VarHandle SHORTS =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    /** Adding it to a float below 2²² in magnitude leaves the rounded integer in the low bits of the mantissa. */
    private static final float ROUNDER = 0x1.8p23f;

    private ScalarLoops() {}

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public void toFp16(float[] values, int from, int count, byte[] out, int at) {
        for (int i = 0; i < count; i++) SHORTS.set(out, at + 2 * i, Halves.fp16(values[from + i]));
    }

    @Override
    public void fromFp16(byte[] in, int at, float[] values, int from, int count) {
        for (int i = 0; i < count; i++) values[from + i] = Halves.ofFp16((short) SHORTS.get(in, at + 2 * i));
    }

    @Override
    public void toBf16(float[] values, int from, int count, byte[] out, int at) {
        for (int i = 0; i < count; i++) SHORTS.set(out, at + 2 * i, Halves.bf16(values[from + i]));
    }

    @Override
    public void fromBf16(byte[] in, int at, float[] values, int from, int count) {
        for (int i = 0; i < count; i++) values[from + i] = Halves.ofBf16((short) SHORTS.get(in, at + 2 * i));
    }

    @Override
    public int largestMagnitude(float[] values, int from, int count) {
        int largest = 0;
        for (int i = from; i < from + count; i++)
            largest = Math.max(largest, Float.floatToRawIntBits(values[i]) & 0x7FFF_FFFF);
        return largest;
    }

    @Override
    public void toInt8(float[] values, int from, int count, float factor, byte[] out, int at) {
        for (int i = 0; i < count; i++)
            out[at + i] = (byte) Float.floatToRawIntBits(values[from + i] * factor + ROUNDER);
    }

    @Override
    public void fromInt8(byte[] in, int at, float scale, float[] values, int from, int count) {
        for (int i = 0; i < count; i++) values[from + i] = in[at + i] * scale;
    }

    @Override
    public void add(float[] a, float[] b, float[] sum, int from, int count) {
        for (int i = from; i < from + count; i++) sum[i] = a[i] + b[i];
    }

    @Override
    public int indicesFrom(int threshold, float[] values, int from, int to, int[] indices, int found) {
        int count = found;
        for (int i = from; i < to; i++) {
            if ((Float.floatToRawIntBits(values[i]) & 0x7FFF_FFFF) < threshold) continue;
            if (count < indices.length) indices[count] = i;
            count++;
        }
        return count;
    }

    @Override
    public float dot(float[] a, int aFrom, float[] b, int bFrom, int count) {
        float[] lanes = new float[LANES];
        int i = 0;
        for (; i + LANES <= count; i += LANES)
            for (int lane = 0; lane < LANES; lane++)
                lanes[lane] = Math.fma(a[aFrom + i + lane], b[bFrom + i + lane], lanes[lane]);
        for (int lane = 0; i < count; i++, lane++) lanes[lane] = Math.fma(a[aFrom + i], b[bFrom + i], lanes[lane]);
        return pairwise(lanes);
    }

    private static float pairwise(float[] lanes) {
        for (int half = LANES / 2; half > 0; half /= 2)
            for (int lane = 0; lane < half; lane++) lanes[lane] += lanes[lane + half];
        return lanes[0];
    }

    @Override
    public void axpy(float factor, float[] from, int fromFrom, float[] into, int intoFrom, int count) {
        for (int i = 0; i < count; i++) into[intoFrom + i] = Math.fma(factor, from[fromFrom + i], into[intoFrom + i]);
    }
}
