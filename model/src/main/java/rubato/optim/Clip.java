package rubato.optim;

import rubato.model.Kernels;

/** Clipping by global norm, as PyTorch's {@code clip_grad_norm_}: {@code min(1, limit / (|g| + 1e-6))}. */
record Clip(double limit) {
    Clip {
        if (!(limit > 0)) throw new IllegalArgumentException("clip norm must be > 0, was " + limit);
    }

    /** What the gradient is multiplied with. */
    double factor(Kernels kernels, float[] gradient, int count) {
        if (limit == Double.POSITIVE_INFINITY) return 1;
        double norm = Math.sqrt(kernels.squaredNorm(gradient, 0, count));
        return Math.min(1, limit / (norm + 1e-6));
    }
}
