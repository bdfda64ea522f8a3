package rubato.model;

import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import rubato.data.Dataset;
import rubato.error.RubatoException;

/** Makes the model a configuration names: built in, else from a {@link ModelProvider}, else a class by its name. */
public final class Models {
    /** The kinds built in, pure Java. */
    public static final List<String> BUILT_IN = List.of("softmax", "logistic", "fm", "mlp");

    private Models() {}

    /**
     * A new model for data of this shape. A class by its name is a {@link ModelProvider} with a public constructor without
     * arguments, or a {@link Model} with a public constructor of (ModelSpec, Dataset).
     *
     * @throws RubatoException if the kind is unknown or does not fit the data
     */
    public static Model make(ModelSpec spec, Dataset data) {
        try {
            return BUILT_IN.contains(spec.kind()) ? BuiltIn.make(spec, data) : fromElsewhere(spec, data);
        } catch (ArithmeticException overflow) {
            throw RubatoException.usage("model." + spec.kind() + " would have more than 2^31 - 1 parameters on "
                            + data.features() + " features")
                    .remedy("use fewer features, hidden units or factors");
        }
    }

    /** Every kind that can be made here: built in and provided. */
    public static List<String> kinds() {
        List<String> kinds = new ArrayList<>(BUILT_IN);
        for (ModelProvider provider : ServiceLoader.load(ModelProvider.class)) kinds.addAll(provider.kinds());
        return kinds;
    }

    private static Model fromElsewhere(ModelSpec spec, Dataset data) {
        for (ModelProvider provider : ServiceLoader.load(ModelProvider.class))
            if (provider.accepts(spec.kind())) return provider.make(spec, data);
        if (spec.kind().indexOf('.') > 0) return fromClass(spec, data);
        throw unknown(spec.kind());
    }

    private static RubatoException unknown(String kind) {
        return RubatoException.usage("model.kind = " + kind + " is unknown; known kinds: " + String.join(", ", kinds())
                + ", or the name of a class on the class path");
    }

    private static Model fromClass(ModelSpec spec, Dataset data) {
        Class<?> type = load(spec.kind());
        try {
            if (ModelProvider.class.isAssignableFrom(type))
                return ((ModelProvider) type.getConstructor().newInstance()).make(spec, data);
            if (Model.class.isAssignableFrom(type))
                return (Model)
                        type.getConstructor(ModelSpec.class, Dataset.class).newInstance(spec, data);
        } catch (InvocationTargetException thrown) {
            if (thrown.getCause() instanceof RubatoException known) throw known;
            throw RubatoException.failed(
                    "model.kind = " + spec.kind() + ": its constructor failed: " + thrown.getCause(), thrown);
        } catch (ReflectiveOperationException unusable) {
            throw RubatoException.usage("model.kind = " + spec.kind() + " has no public constructor to call: "
                    + (Model.class.isAssignableFrom(type) ? "(ModelSpec, Dataset)" : "()"));
        }
        throw RubatoException.usage(
                "model.kind = " + spec.kind() + " is neither a rubato.model.Model nor a rubato.model.ModelProvider");
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException | LinkageError missing) {
            throw unknown(name);
        }
    }
}
