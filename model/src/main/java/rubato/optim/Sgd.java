package rubato.optim;

import java.util.List;
import rubato.model.Kernels;

/** Stochastic gradient descent with optional L2 decay: {@code g += decay·p; p -= rate·g}. */
final class Sgd implements Optimizer {
    private final Clip clip;
    private final float decay;
    private final int count;
    private final Kernels kernels = Kernels.best();
    private long updates;

    Sgd(OptimizerSpec spec, int parameterCount) {
        this.clip = new Clip(spec.clipNorm());
        this.decay = (float) spec.weightDecay();
        this.count = parameterCount;
    }

    @Override
    public List<String> stateNames() {
        return List.of();
    }

    @Override
    public List<float[]> state() {
        return List.of();
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
        float factor = (float) (update.scale() * clip.factor(update.squaredNorm()));
        float rate = (float) update.rate();
        Blocks.Step step = (from, to) -> step(parameters, gradient, factor, rate, from, to);
        return Blocks.allFinite(kernels, parameters, count, step, visitor);
    }

    private void step(float[] p, float[] g, float factor, float rate, int from, int to) {
        for (int i = from; i < to; i++) p[i] -= rate * (g[i] * factor + decay * p[i]);
    }
}
