package rubato.optim;

/** Clipping by global norm, as PyTorch's {@code clip_grad_norm_}: {@code min(1, limit / (|g| + 1e-6))}. */
record Clip(double limit) {
    Clip {
        if (!(limit > 0)) throw new IllegalArgumentException("clip norm must be > 0, was " + limit);
    }

    /** What a mean gradient of this squared norm is multiplied with. */
    double factor(double squaredNorm) {
        if (limit == Double.POSITIVE_INFINITY) return 1;
        return Math.min(1, limit / (Math.sqrt(squaredNorm) + 1e-6));
    }
}
