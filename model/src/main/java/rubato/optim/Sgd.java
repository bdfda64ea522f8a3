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
    public boolean update(float[] parameters, float[] gradient, double rate) {
        updates++;
        float factor = (float) clip.factor(kernels, gradient, count);
        return Blocks.allFinite(
                kernels, parameters, count, (from, to) -> step(parameters, gradient, factor, (float) rate, from, to));
    }

    private void step(float[] p, float[] g, float factor, float rate, int from, int to) {
        for (int i = from; i < to; i++) p[i] -= rate * (g[i] * factor + decay * p[i]);
    }
}
