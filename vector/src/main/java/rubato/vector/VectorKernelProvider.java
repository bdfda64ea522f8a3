package rubato.vector;

import rubato.model.KernelProvider;
import rubato.model.Kernels;

/** Offers the kernels on the Vector API; loads only where the JVM runs with {@code --add-modules jdk.incubator.vector}. */
public final class VectorKernelProvider implements KernelProvider {
    @Override
    public Kernels make() {
        return new VectorKernels();
    }
}
