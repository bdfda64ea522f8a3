package rubato.vector;

import java.nio.ByteBuffer;
import rubato.shm.SumKernel;

/** Offers sums over shared memory; loads only where the JVM runs with {@code --add-modules jdk.incubator.vector}. */
public final class VectorSumProvider implements SumKernel.Provider {
    @Override
    public SumKernel make(ByteBuffer memory) {
        return new VectorSum(memory);
    }
}
