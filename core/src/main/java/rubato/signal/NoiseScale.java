package rubato.signal;

/**
 * The gradient noise scale from one step of workers with unequal shares (McCandlish et al. 2018, generalized).
 *
 * <p>With local means g_i over b_i samples, B = Σb_i and ḡ = Σ(b_i/B)g_i: {@code D_i = b_i|g_i − ḡ|²},
 * {@code S = Σ w_i D_i / Σ w_i(1 − b_i/B)}, {@code |G|² = |ḡ|² − S/B}. Since E|g_i − ḡ|² = trΣ(1/b_i − 1/B), S is unbiased for any
 * weights fixed in advance: w = 1 is best for Gaussian noise, w = b_i for heavy tails.
 */
public final class NoiseScale {
    private NoiseScale() {}

    /**
     * The estimate from deviations.
     *
     * @param samples b_i, each at least 1
     * @param deviations |g_i − ḡ|²
     * @param weights w_i, at least 0
     * @param meanNorm2 |ḡ|²
     */
    public static NoiseEstimate of(int[] samples, double[] deviations, double[] weights, double meanNorm2) {
        long batch = batch(samples);
        double above = 0;
        double below = 0;
        for (int i = 0; i < samples.length; i++) {
            above += weights[i] * samples[i] * deviations[i];
            below += weights[i] * (1 - (double) samples[i] / batch);
        }
        return estimate(above / below, meanNorm2, batch);
    }

    /** The same from norms alone, without a second pass, w = 1: {@code S = (Σ b_i|g_i|² − B|ḡ|²)/(n − 1)}. */
    public static NoiseEstimate of(int[] samples, double[] norms2, double meanNorm2) {
        long batch = batch(samples);
        double sum = 0;
        for (int i = 0; i < samples.length; i++) sum += samples[i] * norms2[i];
        return estimate((sum - batch * meanNorm2) / (samples.length - 1), meanNorm2, batch);
    }

    private static long batch(int[] samples) {
        if (samples.length < 2)
            throw new IllegalArgumentException("noise needs >= 2 parts of the batch, got " + samples.length);
        long batch = 0;
        for (int b : samples) {
            if (b < 1) throw new IllegalArgumentException("samples of a part must be >= 1, was " + b);
            batch += b;
        }
        return batch;
    }

    private static NoiseEstimate estimate(double trace, double meanNorm2, long batch) {
        return new NoiseEstimate(trace, meanNorm2 - trace / batch, batch);
    }
}
