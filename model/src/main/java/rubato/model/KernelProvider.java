package rubato.model;

/** Makes kernels for some hardware; found by {@link java.util.ServiceLoader}. Must give the bits of {@link Kernels#scalar()}. */
public interface KernelProvider {
    /** New kernels for one thread. */
    Kernels make();
}
