package rubato.model;

/**
 * Sums over the samples of one gradient call.
 *
 * @param lossSum Σ loss in nats, float64
 * @param correct samples classified rightly (argmax, ties to the lowest class)
 * @param squaredNorms Σ over noise units u of |Σ_{j in u} g_j|² / b_u; with per-sample units simply Σ|g_j|²
 * @param units number of noise units: samples where the model knows per-sample norms, else micro-batches
 * @param finite whether loss and gradient are all finite
 */
public record GradientResult(
        int samples, double lossSum, long correct, double squaredNorms, long units, boolean finite) {}
