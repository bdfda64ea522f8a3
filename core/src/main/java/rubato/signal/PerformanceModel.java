package rubato.signal;

/**
 * Predicted time of a step on equal replicas (Pollux, OSDI'21, section 3.2; AdaptDL {@code goodput.py}), in seconds.
 *
 * <p>{@code T_grad(m) = α_c + β_c·m}. {@code T_net} is about 0 for one replica, {@code α_r + β_r·max(K − 2, 1e-8)} for K replicas on
 * one node, {@code α_n + β_n·max(K − 2, 1e-8)} across nodes. With s accumulation steps before the one that synchronizes:
 * {@code T = s·T_grad + (T_grad^γ + T_net^γ)^(1/γ)}; γ = 1 is no overlap, γ → ∞ a perfect one.
 */
public record PerformanceModel(
        double alphaC, double betaC, double alphaN, double betaN, double alphaR, double betaR, double gamma) {
    private static final double TINY = 1e-8;

    public PerformanceModel {
        if (!(gamma >= 1 && gamma <= 10)) throw new IllegalArgumentException("gamma must be in 1..10, was " + gamma);
    }

    /** Gradient of one micro-batch of {@code perReplica} samples. */
    public double gradientSeconds(double perReplica) {
        return alphaC + betaC * perReplica;
    }

    /** Synchronizing {@code replicas} on {@code nodes}. */
    public double networkSeconds(int nodes, int replicas) {
        double more = Math.max(replicas - 2, TINY);
        if (nodes > 1) return alphaN + betaN * more;
        return replicas > 1 ? alphaR + betaR * more : TINY + TINY * more;
    }

    /** A whole step: {@code accumulation} micro-batches alone, and one that synchronizes. */
    public double stepSeconds(int nodes, int replicas, double perReplica, int accumulation) {
        double gradient = gradientSeconds(perReplica);
        double network = networkSeconds(nodes, replicas);
        // (x^γ + y^γ)^(1/γ) with the larger factored out, so that no power overflows or vanishes
        double most = Math.max(gradient, network);
        double least = Math.min(gradient, network);
        double overlapped = most * StrictMath.pow(1 + StrictMath.pow(least / most, gamma), 1 / gamma);
        return accumulation * gradient + overlapped;
    }
}
