package rubato.model;

import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Supplier;

/** Finds the fastest {@link Kernels} once per JVM; whatever cannot be loaded is passed over in silence. */
final class KernelProviders {
    private static final Supplier<Kernels> FASTEST = find();

    private KernelProviders() {}

    static Kernels best() {
        return FASTEST.get();
    }

    private static Supplier<Kernels> find() {
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) return ScalarKernels::new;
        try {
            for (KernelProvider provider : ServiceLoader.load(KernelProvider.class)) {
                provider.make();
                return provider::make;
            }
        } catch (ServiceConfigurationError | LinkageError unusable) {
            return ScalarKernels::new;
        }
        return ScalarKernels::new;
    }
}
