package rubato.optim;

import rubato.error.RubatoException;

/** Makes the optimizer a configuration names. */
public final class Optimizers {
    private Optimizers() {}

    /**
     * A new optimizer for a vector of this length.
     *
     * @throws RubatoException if the kind is unknown
     */
    public static Optimizer make(OptimizerSpec spec, int parameterCount) {
        return switch (spec.kind()) {
            case "sgd" -> new Sgd(spec, parameterCount);
            default ->
                throw RubatoException.usage("optimizer.kind = " + spec.kind() + " is unknown; known: sgd, adam, adamw");
        };
    }
}
