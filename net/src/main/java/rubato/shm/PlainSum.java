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

    private final float[] sum = new float[BLOCK];
    private final float[] next = new float[BLOCK];
    private final FloatBuffer floats;

    PlainSum(ByteBuffer memory) {
        this.floats = memory.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    }

    @Override
    public void sum(float[] vector, int from, int count, int[] parts, int index, int result) {
        for (int done = 0; done < count; done += BLOCK)
            block(vector, from + done, done, Math.min(BLOCK, count - done), parts, index, result);
    }

    @Override
    public void sumAll(int count, int[] parts) {
        for (int done = 0; done < count; done += BLOCK) {
            int here = Math.min(BLOCK, count - done);
            floats.get(parts[0] / 4 + done, sum, 0, here);
            for (int member = 1; member < parts.length; member++) {
                floats.get(parts[member] / 4 + done, next, 0, here);
                plus(sum, next, here);
            }
            for (int part : parts) floats.put(part / 4 + done, sum, 0, here);
        }
    }

    private void block(float[] vector, int from, int offset, int count, int[] parts, int index, int result) {
        load(0, sum, vector, from, offset, count, parts, index);
        for (int member = 1; member < parts.length; member++) {
            load(member, next, vector, from, offset, count, parts, index);
            plus(sum, next, count);
        }
        if (result >= 0) floats.put(result / 4 + offset, sum, 0, count);
        System.arraycopy(sum, 0, vector, from, count);
    }

    private void load(
            int member, float[] into, float[] vector, int from, int offset, int count, int[] parts, int index) {
        if (member == index) System.arraycopy(vector, from, into, 0, count);
        else floats.get(parts[member] / 4 + offset, into, 0, count);
    }

    /** Both from 0 on: at an offset that varies the compiler makes no vectors of it. */
    private static void plus(float[] sum, float[] x, int count) {
        for (int i = 0; i < count; i++) sum[i] += x[i];
    }
}
