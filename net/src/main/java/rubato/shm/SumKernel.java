package rubato.shm;

import java.nio.ByteBuffer;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** Adds vectors that lie in shared memory; a faster one may stand in, with the same additions in the same order. */
public interface SumKernel {
    /**
     * {@code vector[from + i] = result[i] = ((x0[i] + x1[i]) + ..)} for i in 0 .. count, where {@code vector} holds this member's x.
     *
     * @param parts byte offset of every member's x in the memory; the own one is not read
     * @param index of this member
     * @param result byte offset of the result in the memory, or -1 for none
     */
    void sum(float[] vector, int from, int count, int[] parts, int index, int result);

    /** The same, and all of it lies in the memory: the sum takes the place of every part. */
    void sumAll(int count, int[] parts);

    /** Makes kernels for one thread, found by {@code ServiceLoader}. */
    interface Provider {
        SumKernel make(ByteBuffer memory);
    }

    /** The fastest there is for this JVM. */
    static SumKernel best(ByteBuffer memory) {
        try {
            for (Provider provider : ServiceLoader.load(Provider.class)) return provider.make(memory);
        } catch (ServiceConfigurationError | LinkageError e) {
            // made for another JVM, or without the module it needs
        }
        return new PlainSum(memory);
    }
}
