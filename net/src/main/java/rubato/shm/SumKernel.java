package rubato.shm;

import java.nio.ByteBuffer;

/** Adds vectors that lie in shared memory; a faster one may stand in, with the same additions in the same order. */
public interface SumKernel {
    /**
     * {@code vector[from + i] = result[i] = ((x0[i] + x1[i]) + ..)} for i in 0 .. count, where {@code vector} holds this member's x.
     *
     * @param parts byte offset of every member's x in the memory; the own one is not read
     * @param index of this member
     * @param result byte offset of the result in the memory, or -1 for none
     */
    void sum(float[] vector, int from, int count, ByteBuffer memory, int[] parts, int index, int result);
}
