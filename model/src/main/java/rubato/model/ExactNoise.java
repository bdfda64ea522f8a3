package rubato.model;

import java.util.Arrays;
import rubato.data.Dataset;
import rubato.data.Samples;
import rubato.error.RubatoException;

/**
 * The gradient noise scale of a whole data set at given parameters, trΣ/|G|² (McCandlish et al. 2018, eq. 2.9), from per-sample
 * squared norms: trΣ is the population trace, {@code mean |g_j|² − |mean g_j|²}.
 *
 * @param n samples
 * @param gradientNorm2 |G|², squared norm of the mean gradient
 * @param traceCovariance trΣ
 * @param noiseScale trΣ/|G|² in samples
 */
public record ExactNoise(long n, double gradientNorm2, double traceCovariance, double noiseScale) {
    /** Samples whose gradients are summed in float32 before they enter the float64 sum. */
    private static final int CHUNK = 128;

    /**
     * Measures over every sample of the set. Models without per-sample norms are asked with micro-batches of one.
     *
     * @throws RubatoException if loss or gradient is not finite somewhere
     */
    public static ExactNoise measure(Model model, float[] parameters, Dataset data) {
        int count = data.size();
        int[] ids = new int[count];
        Arrays.setAll(ids, i -> i);
        float[] gradient = new float[model.parameterCount()];
        double[] sum = new double[gradient.length];
        double norms = 0;
        for (int from = 0; from < count; from += CHUNK) {
            Samples chunk = new Samples(data, ids, from, Math.min(from + CHUNK, count));
            GradientResult result = model.gradient(parameters, chunk, 1, gradient, GradientSink.NONE);
            if (!result.finite()) throw notFinite(chunk);
            for (int i = 0; i < sum.length; i++) sum[i] += gradient[i];
            norms += result.squaredNorms();
        }
        return of(count, sum, norms);
    }

    private static RubatoException notFinite(Samples chunk) {
        return RubatoException.diverged("loss or gradient is not finite at these parameters within samples "
                + chunk.from() + " to " + (chunk.to() - 1) + " (counted from 0)");
    }

    private static ExactNoise of(int count, double[] sum, double norms) {
        double squares = 0;
        for (double s : sum) squares += s * s;
        double gradientNorm2 = squares / count / count;
        double trace = norms / count - gradientNorm2;
        return new ExactNoise(count, gradientNorm2, trace, trace / gradientNorm2);
    }
}
