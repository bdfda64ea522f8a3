package rubato.policy;

import java.util.List;
import rubato.plan.Plan;
import rubato.signal.NoiseEstimate;
import rubato.signal.Signals;

/**
 * Follows the gradient noise scale φ by doubling or halving the global batch (McCandlish et al. 2018, eq. 2.8: at B = φ a
 * step is worth half of what it could be, and so is a sample).
 *
 * <p>Doubles if φ/B > 2·tolerance, halves if φ/B < 1/(2·tolerance): one factor of two a decision, and a dead zone that
 * keeps it from going back and forth.
 *
 * @param tolerance at least 1; widens the dead zone
 * @param minSamples the estimate must rest on this many samples before it is followed
 */
public record NoiseScalePolicy(double tolerance, double minSamples) implements Policy {
    private static final String NAME = "noise-scale";

    public NoiseScalePolicy {
        if (!(tolerance >= 1)) throw new IllegalArgumentException("tolerance must be >= 1, was " + tolerance);
        if (!(minSamples >= 0)) throw new IllegalArgumentException("minSamples must be >= 0, was " + minSamples);
    }

    @Override
    public Decision decide(Plan plan, Signals seen) {
        NoiseEstimate noise = seen.noise();
        if (!noise.isReliable() || noise.samples() < minSamples) return Decision.keep(plan, NAME, unreliable(noise));
        int batch = plan.globalBatch();
        double ratio = noise.scale() / batch;
        if (ratio > 2 * tolerance && batch <= Integer.MAX_VALUE / 2) return to(plan, batch * 2, noise, "above");
        if (ratio < 0.5 / tolerance && batch > 1) return to(plan, batch / 2, noise, "below");
        return Decision.keep(plan, NAME, "batch " + batch + " follows noise scale " + Figures.of(noise.scale()));
    }

    private static Decision to(Plan plan, int batch, NoiseEstimate noise, String where) {
        String reason = "noise scale " + Figures.of(noise.scale()) + " is " + where + " batch " + plan.globalBatch();
        List<Alternative> alternatives = List.of(efficiency(plan.globalBatch(), noise), efficiency(batch, noise));
        return Decision.change(plan.withGlobalBatch(batch), NAME, reason, alternatives);
    }

    /** φ/(φ + B): what a sample in a batch of B is worth beside one in a tiny batch. */
    private static Alternative efficiency(int batch, NoiseEstimate noise) {
        double scale = noise.scale();
        return new Alternative("batch " + batch + ", value of a sample", scale / (scale + batch));
    }

    private static String unreliable(NoiseEstimate noise) {
        return "noise scale not yet reliable (" + Figures.of(noise.samples()) + " samples, |G|² "
                + Figures.of(noise.gradientNorm2()) + ")";
    }
}
