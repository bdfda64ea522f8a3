package rubato.optim;

/** The optimizers again, one parameter at a time in float64, straight from their formulas. */
final class NaiveOptimizer {
    private final OptimizerSpec spec;
    private final double[] first;
    private final double[] second;
    private int updates;

    NaiveOptimizer(OptimizerSpec spec, int count) {
        this.spec = spec;
        this.first = new double[count];
        this.second = new double[count];
    }

    void update(double[] p, float[] gradient, double rate) {
        updates++;
        double squares = 0;
        for (float g : gradient) squares += (double) g * g;
        double factor = Math.min(1, spec.clipNorm() / (Math.sqrt(squares) + 1e-6));
        for (int i = 0; i < p.length; i++)
            p[i] = spec.kind().equals("sgd")
                    ? descend(p[i], gradient[i] * factor, i, rate)
                    : adapt(p[i], gradient[i] * factor, i, rate);
    }

    private double descend(double p, double slope, int i, double rate) {
        double g = slope + spec.weightDecay() * p;
        first[i] = spec.momentum() * first[i] + g;
        return p - rate * (spec.nesterov() ? g + spec.momentum() * first[i] : first[i]);
    }

    private double adapt(double p, double slope, int i, double rate) {
        boolean decoupled = spec.kind().equals("adamw");
        double kept = decoupled ? p * (1 - rate * spec.weightDecay()) : p;
        double g = decoupled ? slope : slope + spec.weightDecay() * p;
        first[i] = spec.beta1() * first[i] + (1 - spec.beta1()) * g;
        second[i] = spec.beta2() * second[i] + (1 - spec.beta2()) * g * g;
        double mean = first[i] / (1 - Math.pow(spec.beta1(), updates));
        double square = second[i] / (1 - Math.pow(spec.beta2(), updates));
        return kept - rate * mean / (Math.sqrt(square) + spec.epsilon());
    }
}
