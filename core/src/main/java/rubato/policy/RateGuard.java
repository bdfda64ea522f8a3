package rubato.policy;

/**
 * A cap on the learning-rate gain that gives way when the gradient grows: AdaScale knows noise, not curvature, and can raise
 * the rate past 2/h in the steepest direction h, where the iterate swings ever wider instead of settling.
 *
 * <p>Swinging shows as a growing |G|². With q = |ḡ|² − S/B of this step and q̲ its floor (running minimum, rising 20 % a step),
 * the step is unstable if {@code q > 3·q̲ + 10·S/B}. The last term is more than what noise alone fakes: a network's training swings
 * at the edge of stability most of the time (Cohen et al. 2021, arXiv:2103.00065) and gains by it, as long as noise has a say; harm is
 * done where the batch is far beyond the noise scale. Then the cap becomes half the gain in use, at least 1, and rests three steps;
 * afterwards it recovers 20 % a step until it no longer binds. It feels for an edge nobody knows, as a congestion window does, and
 * rests on replicated values only, so that it is equal everywhere.
 *
 * <p>On the noisy quadratic (d = 1000, h_i = 1/i, C = H, base batch 1, rate 0.05, 20 000 base steps; 5 seeds) 256 times the batch has
 * a mean loss of .23 over the last fifth without it (319 steps), .09 with it (695 steps), and ends at .12 at the base batch. It is silent
 * where noise dominates (16 times the batch there). On MNIST (AdaScaleOnMnistTest) it costs a few percent more steps at 8 times the batch, about an eighth at 32
 * times, and no accuracy.
 *
 * @param cap greatest gain allowed now; infinite while it does not bind
 * @param floor q̲; infinite before the first step
 * @param rest steps before it may speak or recover again
 */
public record RateGuard(double cap, double floor, int rest) {
    public static final RateGuard START = new RateGuard(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, 0);

    private static final double GROWTH = 3;
    private static final double NOISE = 10;
    private static final double RECOVERY = 1.2;
    private static final int REST = 3;

    /** The gain allowed for a step whose rule asks for this one. */
    public double limit(double gain) {
        return Math.min(gain, Math.max(1, cap));
    }

    /**
     * The guard after seeing a step's gradient.
     *
     * @param gain the rule asks for at this step
     * @param meanNorm2 |ḡ|² of this step
     * @param noiseNorm2 S/B, the noise's part of it
     * @param most gain beyond which no rule goes, B/B0; a cap above it is lifted
     */
    public RateGuard next(double gain, double meanNorm2, double noiseNorm2, double most) {
        if (!Double.isFinite(meanNorm2) || !(noiseNorm2 >= 0) || !Double.isFinite(noiseNorm2)) return this;
        double now = Math.max(0, meanNorm2 - noiseNorm2);
        double least = Math.min(floor * RECOVERY, now);
        if (rest > 1) return new RateGuard(cap, least, rest - 1);
        if (gain > 1 && now > GROWTH * least + NOISE * noiseNorm2)
            return new RateGuard(Math.max(1, limit(gain) / 2), least, REST);
        return new RateGuard(recovered(most), least, 0);
    }

    private double recovered(double most) {
        double more = cap * RECOVERY;
        return more < most ? more : Double.POSITIVE_INFINITY;
    }
}
