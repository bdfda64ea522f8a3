package rubato.compress;

import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** Finds the fastest {@link Loops} once per JVM; whatever cannot be loaded is passed over in silence. */
final class LoopsProviders {
    private static final Loops FASTEST = find();

    private LoopsProviders() {}

    static Loops best() {
        return FASTEST;
    }

    private static Loops find() {
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) return Loops.scalar();
        try {
            for (LoopsProvider provider : ServiceLoader.load(LoopsProvider.class)) return provider.make();
        } catch (ServiceConfigurationError | LinkageError unusable) {
            return Loops.scalar();
        }
        return Loops.scalar();
    }
}
