package rubato.optim;

import rubato.error.RubatoException;

/** Makes the optimizer a configuration names. */
public final class Optimizers {
    private Optimizers() {}

    /**
     * A new optimizer for a vector of this length, its state zero.
     *
     * @throws RubatoException if the kind is unknown or a number is out of its range
     */
    public static Optimizer make(OptimizerSpec spec, int parameterCount) {
        check(spec);
        return switch (spec.kind()) {
            case "sgd" -> spec.momentum() == 0 ? new Sgd(spec, parameterCount) : new Momentum(spec, parameterCount);
            case "adam", "adamw" -> adam(spec, parameterCount);
            default ->
                throw RubatoException.usage(
                        "optimizer.kind = " + spec.kind() + " is unknown; known kinds: sgd, adam, adamw");
        };
    }

    private static Optimizer adam(OptimizerSpec spec, int parameterCount) {
        require(
                spec.momentum() == 0,
                "momentum",
                spec.momentum(),
                "0 for " + spec.kind() + ", which has beta1 instead");
        require(!spec.nesterov(), "nesterov", spec.nesterov(), "false for " + spec.kind());
        return new Adam(spec, parameterCount);
    }

    private static void check(OptimizerSpec spec) {
        require(atLeastZero(spec.learningRate()), "learning-rate", spec.learningRate(), "a number >= 0");
        require(atLeastZero(spec.weightDecay()), "weight-decay", spec.weightDecay(), "a number >= 0");
        require(spec.momentum() >= 0 && spec.momentum() < 1, "momentum", spec.momentum(), "in [0, 1)");
        require(!spec.nesterov() || spec.momentum() > 0, "nesterov", true, "used with momentum > 0");
        require(spec.clipNorm() > 0, "clip-norm", spec.clipNorm(), "> 0");
        require(spec.beta1() >= 0 && spec.beta1() < 1, "beta1", spec.beta1(), "in [0, 1)");
        require(spec.beta2() >= 0 && spec.beta2() < 1, "beta2", spec.beta2(), "in [0, 1)");
        require(spec.epsilon() > 0 && spec.epsilon() < 1, "epsilon", spec.epsilon(), "in (0, 1)");
    }

    private static boolean atLeastZero(double value) {
        return value >= 0 && Double.isFinite(value);
    }

    private static void require(boolean holds, String key, Object value, String range) {
        if (!holds) throw RubatoException.usage("optimizer." + key + " = " + value + " must be " + range);
    }
}
