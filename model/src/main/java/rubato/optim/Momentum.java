package rubato.optim;

import java.util.List;
import rubato.model.Kernels;

/**
 * Gradient descent with momentum as in PyTorch (no dampening): {@code g += decay·p; v = m·v + g; p -= rate·v}, Nesterov's with
 * {@code p -= rate·(g + m·v)} (Sutskever et al. 2013). The rate is outside the velocity, so a change of rate acts at once.
 */
final class Momentum implements Optimizer {
    private final Clip clip;
    private final float decay;
    private final float momentum;
    private final boolean nesterov;
    private final float[] velocity;
    private final Kernels kernels = Kernels.best();
    private long updates;

    Momentum(OptimizerSpec spec, int parameterCount) {
        this.clip = new Clip(spec.clipNorm());
        this.decay = (float) spec.weightDecay();
        this.momentum = (float) spec.momentum();
        this.nesterov = spec.nesterov();
        this.velocity = new float[parameterCount];
    }

    @Override
    public List<String> stateNames() {
        return List.of("momentum");
    }

    @Override
    public List<float[]> state() {
        return List.of(velocity);
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
        Blocks.Step step = nesterov
                ? (from, to) -> nesterov(parameters, gradient, factor, rate, from, to)
                : (from, to) -> heavyBall(parameters, gradient, factor, rate, from, to);
        return Blocks.allFinite(kernels, parameters, velocity.length, step, visitor);
    }

    private void heavyBall(float[] p, float[] g, float factor, float rate, int from, int to) {
        float[] v = velocity;
        float m = momentum;
        float d = decay;
        for (int i = from; i < to; i++) {
            float next = m * v[i] + (g[i] * factor + d * p[i]);
            v[i] = next;
            p[i] -= rate * next;
        }
    }

    private void nesterov(float[] p, float[] g, float factor, float rate, int from, int to) {
        float[] v = velocity;
        float m = momentum;
        float d = decay;
        for (int i = from; i < to; i++) {
            float slope = g[i] * factor + d * p[i];
            float next = m * v[i] + slope;
            v[i] = next;
            p[i] -= rate * (slope + m * next);
        }
    }
}
