package rubato.policy;

import rubato.signal.NoiseEstimate;

/**
 * How far a run has come in steps of its base batch, and the guard on its rate: what a learning-rate rule carries from step
 * to step. A value: every worker holds an equal one, and it is part of the checkpoint.
 *
 * @param steps τ; the schedule is asked at ⌊τ⌋
 */
public record RateProgress(double steps, RateGuard guard) {
    public static final RateProgress START = new RateProgress(0, RateGuard.START);

    /** What a step does to the rate, and what is known after it. */
    public record Step(double gain, RateProgress after) {}

    /**
     * The gain of one step and the progress after it. Only {@link LearningRateRule.AdaScale} is guarded: the others are what
     * the user asked for. A guarded step is worth less in the same proportion.
     *
     * @param noise estimate with this step in it
     * @param meanNorm2 |ḡ|² of this step's mean gradient
     */
    public Step step(LearningRateRule rule, int batch, int baseBatch, NoiseEstimate noise, double meanNorm2) {
        double asked = rule.gain(batch, baseBatch, noise);
        double worth = rule.progress(batch, baseBatch, noise);
        if (!(rule instanceof LearningRateRule.AdaScale))
            return new Step(asked, new RateProgress(steps + worth, guard));
        double noiseNorm2 = Math.max(0, noise.traceCovariance()) / batch;
        RateGuard seen = guard.next(asked, meanNorm2, noiseNorm2, (double) batch / baseBatch);
        double gain = seen.limit(asked);
        return new Step(gain, new RateProgress(steps + worth * gain / asked, seen));
    }
}
