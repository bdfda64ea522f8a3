package rubato.optim;

import java.util.List;
import rubato.model.Kernels;

/**
 * Adam (Kingma and Ba 2015, algorithm 1, with PyTorch's placing of ε): {@code m = β1·m + (1−β1)·g; v = β2·v + (1−β2)·g²;
 * p -= rate/(1−β1^t)·m / (√v/√(1−β2^t) + ε)}. Adam adds L2 decay to the gradient; AdamW (Loshchilov and Hutter 2019) shrinks the
 * parameters by {@code 1 − rate·decay} instead.
 */
final class Adam implements Optimizer {
    private final OptimizerSpec spec;
    private final Clip clip;
    private final boolean decoupled;
    private final float[] first;
    private final float[] second;
    private final Kernels kernels = Kernels.best();
    private long updates;

    Adam(OptimizerSpec spec, int parameterCount) {
        this.spec = spec;
        this.clip = new Clip(spec.clipNorm());
        this.decoupled = spec.kind().equals("adamw");
        this.first = new float[parameterCount];
        this.second = new float[parameterCount];
    }

    @Override
    public List<String> stateNames() {
        return List.of("exp_avg", "exp_avg_sq");
    }

    @Override
    public List<float[]> state() {
        return List.of(first, second);
    }

    @Override
    public long updates() {
        return updates;
    }

    @Override
    public void setUpdates(long updates) {
        this.updates = updates;
    }

    @Override
    public boolean update(float[] parameters, float[] gradient, Update update, Visitor visitor) {
        updates++;
        Rates rates = rates(update.rate(), update.scale() * clip.factor(update.squaredNorm()));
        Blocks.Step step = (from, to) -> step(parameters, gradient, rates, from, to);
        return Blocks.allFinite(kernels, parameters, first.length, step, visitor);
    }

    /** What one update multiplies with, rounded to float32 once. */
    private record Rates(float clip, float l2, float keep, float step, float inverseRoot) {}

    private Rates rates(double rate, double factor) {
        double correction1 = 1 - StrictMath.pow(spec.beta1(), updates);
        double correction2 = 1 - StrictMath.pow(spec.beta2(), updates);
        double l2 = decoupled ? 0 : spec.weightDecay();
        double keep = decoupled ? 1 - rate * spec.weightDecay() : 1;
        return new Rates((float) factor, (float) l2, (float) keep, (float) (rate / correction1), (float)
                (1 / Math.sqrt(correction2)));
    }

    private void step(float[] p, float[] g, Rates rates, int from, int to) {
        float[] m = first;
        float[] v = second;
        float factor = rates.clip();
        float l2 = rates.l2();
        float keep = rates.keep();
        float rate = rates.step();
        float inverseRoot = rates.inverseRoot();
        float beta1 = (float) spec.beta1();
        float beta2 = (float) spec.beta2();
        float rest1 = (float) (1 - spec.beta1());
        float rest2 = (float) (1 - spec.beta2());
        float epsilon = (float) spec.epsilon();
        for (int i = from; i < to; i++) {
            float slope = g[i] * factor + l2 * p[i];
            float mean = beta1 * m[i] + rest1 * slope;
            float square = beta2 * v[i] + rest2 * (slope * slope);
            m[i] = mean;
            v[i] = square;
            float root = (float) Math.sqrt(square);
            p[i] = p[i] * keep - rate * mean / (root * inverseRoot + epsilon);
        }
    }
}
