package rubato.signal;

/**
 * A Kalman filter for the time of what one rank does by itself, t(b) = c·(ρ + b): the speed c drifts, the price of a step without
 * samples, ρ samples' worth, hardly does. A warming JVM or a busy neighbour changes c by factors; least squares with forgetting takes such a
 * drift for a price per step whenever b moves at the same time (0005 in {@code docs/decisions}).
 *
 * <p>State: m = log t at the last b, and r = ρ/unit, with covariance P. While b stays, only m is observed and r keeps what it has.
 * A new b carries m along the line, {@code m += log((r + x')/(r + x))} with x = b/unit, and {@code P ← JPJᵀ}, J its Jacobian; what is
 * measured next tells of r exactly as far as m was known. Steps much slower or faster than expected are clipped at three
 * standard deviations; errors that keep their sign widen P, so that a real change of speed is followed within some ten steps.
 *
 * @param unit first b seen, scales the rest to about 1; 0 before
 * @param samples b of the last measurement
 * @param level m
 * @param ratio r, at least 0
 * @param levelVariance P_mm, {@code covariance} P_mr, {@code ratioVariance} P_rr
 * @param lag smoothed error of prediction
 */
public record ComputeTime(
        double unit,
        double samples,
        double level,
        double ratio,
        double levelVariance,
        double covariance,
        double ratioVariance,
        double lag) {
    /** A fit that has seen nothing. */
    public static final ComputeTime START = new ComputeTime(0, 0, 0, 0, 0, 0, 0, 0);

    /** Variance of the log of one measured time: 7 % jitter. */
    private static final double NOISE = 0.005;
    /** By which the variance of m grows per step: about 50 steps of memory at a steady speed. */
    private static final double DRIFT = NOISE / 2500;
    /** What is known of r at first: it is 0, give or take 1. */
    private static final double PRIOR = 1;
    /** The r that is believed in has at most this variance. */
    private static final double KNOWN = 0.1;

    private static final double LAG = 0.05;

    /** The fit after one more measurement; a step without samples or time says nothing. */
    public ComputeTime next(double samples, double nanos) {
        if (!(samples > 0) || !(nanos > 0) || !Double.isFinite(nanos)) return this;
        double measured = StrictMath.log(nanos);
        if (unit == 0) return new ComputeTime(samples, samples, measured, 0, NOISE, 0, PRIOR, 0);
        return at(samples).observed(measured);
    }

    private ComputeTime at(double samples) {
        if (samples == this.samples) return this;
        double from = ratio + this.samples / unit;
        double to = ratio + samples / unit;
        double slope = 1 / to - 1 / from;
        return new ComputeTime(
                unit,
                samples,
                level + StrictMath.log(to / from),
                ratio,
                levelVariance + 2 * slope * covariance + slope * slope * ratioVariance,
                covariance + slope * ratioVariance,
                ratioVariance,
                lag);
    }

    private ComputeTime observed(double measured) {
        double prior = levelVariance + DRIFT + lag * lag;
        double sum = prior + NOISE;
        double most = 3 * Math.sqrt(sum);
        double error = Math.max(-most, Math.min(most, measured - level));
        return new ComputeTime(
                unit,
                samples,
                level + prior / sum * error,
                Math.max(0, ratio + covariance / sum * error),
                prior * NOISE / sum,
                covariance * NOISE / sum,
                ratioVariance - covariance * covariance / sum,
                lag + LAG * (error - lag));
    }

    /** The line, both parts at least 0 and right at the last b. */
    public LinearFit fit() {
        if (unit == 0) return new LinearFit(0, 0, false);
        double perUnit = StrictMath.exp(level) / (ratio + samples / unit);
        return new LinearFit(perUnit * ratio, perUnit / unit, ratioVariance < KNOWN);
    }
}
