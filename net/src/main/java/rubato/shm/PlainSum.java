package rubato.shm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * Sums in blocks that stay in the first-level cache: bulk copies out of the mapping, loops over arrays that the compiler
 * vectorizes. Single elements of a mapped buffer would be many times slower.
 */
final class PlainSum implements SumKernel {
    private static final int BLOCK = 2048;

    private final float[] below = new float[BLOCK];
    private final float[] other = new float[BLOCK];
    private final FloatBuffer floats;

    PlainSum(ByteBuffer memory) {
        this.floats = memory.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    }

    @Override
    public void sum(float[] vector, int from, int count, ByteBuffer memory, int[] parts, int index, int result) {
        for (int done = 0; done < count; done += BLOCK)
            block(vector, from + done, done, Math.min(BLOCK, count - done), parts, index, result);
    }

    private void block(float[] vector, int from, int offset, int count, int[] parts, int index, int result) {
        if (index > 0) {
            get(parts[0], offset, below, count);
            for (int member = 1; member < index; member++) {
                get(parts[member], offset, other, count);
                plus(below, other, 0, count);
            }
            plusBelow(vector, from, count);
        }
        for (int member = index + 1; member < parts.length; member++) {
            get(parts[member], offset, other, count);
            plus(vector, other, from, count);
        }
        if (result >= 0) floats.put(result / 4 + offset, vector, from, count);
    }

    private void get(int part, int offset, float[] into, int count) {
        floats.get(part / 4 + offset, into, 0, count);
    }

    private void plusBelow(float[] vector, int from, int count) {
        float[] x = below;
        for (int i = 0; i < count; i++) vector[from + i] = x[i] + vector[from + i];
    }

    private static void plus(float[] sum, float[] x, int from, int count) {
        for (int i = 0; i < count; i++) sum[from + i] += x[i];
    }
}
