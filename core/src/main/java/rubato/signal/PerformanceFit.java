package rubato.signal;

import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToDoubleBiFunction;

/**
 * Fits a {@link PerformanceModel} to measured steps (Pollux, OSDI'21, section 4.1; AdaptDL {@code goodput.py}): minimizes
 * RMSE of log T_grad + RMSE of log T + 1e-3(γ − 1)² + 1e-2((β_n/α_n)² + (β_r/α_r)²).
 *
 * <p>What was never observed is held where AdaptDL holds it, on the optimistic side: α_c at half the mean gradient time if
 * there was one micro-batch size only, network prices at 1e-8 without a measurement on such a placement, β_n and β_r
 * at 1e-8 without more than two replicas. Searched are logarithms, and γ in 1..10 through a sine: no bound can be crossed.
 */
public final class PerformanceFit {
    private static final double LEAST = 1e-8;
    private static final int GAMMA = 6;
    private static final int STEPS = 1500;

    private final List<Sample> samples;
    /** What is not searched for; NaN where it is. */
    private final double[] held = new double[7];

    /** One measured configuration; seconds of one micro-batch's gradient and of the step without accumulation. */
    public record Sample(int nodes, int replicas, double perReplica, double gradientSeconds, double stepSeconds) {
        public Sample {
            if (!(gradientSeconds > 0) || !(stepSeconds > 0))
                throw new IllegalArgumentException("seconds must be > 0, were " + gradientSeconds + ", " + stepSeconds);
        }
    }

    private PerformanceFit(List<Sample> samples) {
        this.samples = List.copyOf(samples);
        Arrays.fill(held, Double.NaN);
        if (samples.stream().mapToDouble(Sample::perReplica).distinct().count() == 1)
            held[0] = samples.stream()
                            .mapToDouble(Sample::gradientSeconds)
                            .average()
                            .orElseThrow()
                    / 2;
        boolean beyondTwo = samples.stream().anyMatch(s -> s.replicas() > 2);
        hold(2, beyondTwo, s -> s.nodes() > 1);
        hold(4, beyondTwo, s -> s.nodes() == 1 && s.replicas() > 1);
    }

    private void hold(int at, boolean beyondTwo, Predicate<Sample> placed) {
        boolean seen = samples.stream().anyMatch(placed);
        if (!seen) held[at] = LEAST;
        if (!seen || !beyondTwo) held[at + 1] = LEAST;
    }

    /** The model nearest to the samples. */
    public static PerformanceModel of(List<Sample> samples) {
        if (samples.isEmpty()) throw new IllegalArgumentException("samples must be >= 1, was 0");
        PerformanceFit fit = new PerformanceFit(samples);
        int searched = (int) Arrays.stream(fit.held).filter(Double::isNaN).count();
        double[] start = new double[searched];
        int at = 0;
        for (int i = 0; i < GAMMA; i++)
            if (Double.isNaN(fit.held[i])) start[at++] = StrictMath.log(i % 2 == 0 ? 0.1 : 0.01);
        start[at] = -StrictMath.PI / 2 + 0.1;
        return fit.model(new NelderMead(fit::loss, STEPS).minimize(start, 0.5));
    }

    private PerformanceModel model(double[] searched) {
        double[] all = held.clone();
        int at = 0;
        for (int i = 0; i < GAMMA; i++)
            if (Double.isNaN(all[i])) all[i] = Math.max(LEAST, StrictMath.exp(searched[at++]));
        double gamma = Math.min(10, Math.max(1, 5.5 + 4.5 * StrictMath.sin(searched[at])));
        return new PerformanceModel(all[0], all[1], all[2], all[3], all[4], all[5], gamma);
    }

    private double loss(double[] searched) {
        PerformanceModel model = model(searched);
        return rmse((s, m) -> m.gradientSeconds(s.perReplica()) / s.gradientSeconds(), model)
                + rmse((s, m) -> m.stepSeconds(s.nodes(), s.replicas(), s.perReplica(), 0) / s.stepSeconds(), model)
                + 1e-3 * square(model.gamma() - 1)
                + 1e-2 * (square(model.betaN() / model.alphaN()) + square(model.betaR() / model.alphaR()));
    }

    private double rmse(ToDoubleBiFunction<Sample, PerformanceModel> ratio, PerformanceModel model) {
        double sum = 0;
        for (Sample sample : samples) sum += square(StrictMath.log(ratio.applyAsDouble(sample, model)));
        return Math.sqrt(sum / samples.size());
    }

    private static double square(double x) {
        return x * x;
    }
}
