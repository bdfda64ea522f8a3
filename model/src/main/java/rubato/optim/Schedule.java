package rubato.optim;

/**
 * What the learning rate is multiplied with as the run progresses. Progress counts steps, or scale-invariant steps under a
 * learning-rate rule, and need not be whole.
 */
@FunctionalInterface
public interface Schedule {
    /** The factor of the step that begins at this progress, in [0, 1]. */
    double factor(double progress);
}
