package rubato.model;

import java.util.List;
import rubato.data.Dataset;

/** Makes models of some kinds; found by {@link java.util.ServiceLoader}. */
public interface ModelProvider {
    /** The kinds it makes, e.g. {@code djl-mlp}; empty and {@link #accepts} true for class names. */
    List<String> kinds();

    /** Whether it makes this kind (a listed one, or a class it knows how to use). */
    default boolean accepts(String kind) {
        return kinds().contains(kind);
    }

    /**
     * Makes a model for data of this shape.
     *
     * @throws rubato.error.RubatoException if the model does not fit the data or its native part is not available
     */
    Model make(ModelSpec spec, Dataset data);
}
