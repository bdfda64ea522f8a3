package rubato.model;

import java.util.List;
import rubato.data.Dataset;
import rubato.error.RubatoException;

/** Makes the model a configuration names: built in, else from a {@link ModelProvider}, else a class by its name. */
public final class Models {
    /** The kinds built in. */
    public static final List<String> BUILT_IN = List.of("softmax", "mlp");

    private Models() {}

    /**
     * A new model for data of this shape.
     *
     * @throws RubatoException if the kind is unknown or does not fit the data
     */
    public static Model make(ModelSpec spec, Dataset data) {
        return switch (spec.kind()) {
            case "softmax" -> new FeedForward("softmax", List.of(), spec, data, Kernels.best());
            case "mlp" -> new FeedForward("mlp", spec.hidden(), spec, data, Kernels.best());
            default -> throw RubatoException.usage("unknown model.kind " + spec.kind());
        };
    }
}
