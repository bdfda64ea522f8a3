package rubato.policy;

import java.util.List;
import rubato.error.RubatoException;
import rubato.plan.AllReduce;
import rubato.plan.Plan;
import rubato.plan.Shares;
import rubato.plan.Stop;

/**
 * What the configuration says of policies; wrong values are told with their key.
 *
 * @param batchPolicy fixed, noise-scale or goodput
 * @param initial global batch at the start, against which goodput and learning-rate rules measure
 * @param sharePolicy equal, balanced or fixed
 * @param fixedShares one per worker for {@code fixed}, else empty
 * @param cooldownSteps between a change and the next decision
 * @param tolerance predicted gain, as a fraction, that is not worth a change
 * @param vetoTolerance measured loss of goodput, as a fraction, at which a change is undone
 * @param shadow decide and record only
 * @param allReduce how the first plan sums gradients
 * @param choosesAlgorithm whether that is chosen anew as messages are measured; {@code choosesBuckets}: and in how many buckets
 */
public record PolicyTerms(
        String batchPolicy,
        int initial,
        int min,
        int max,
        String sharePolicy,
        List<Double> fixedShares,
        long cooldownSteps,
        double tolerance,
        double vetoTolerance,
        boolean shadow,
        AllReduce allReduce,
        boolean choosesAlgorithm,
        boolean choosesBuckets) {
    public static final List<String> BATCH_POLICIES = List.of("fixed", "noise-scale", "goodput");
    public static final List<String> SHARE_POLICIES = List.of("equal", "balanced", "fixed");

    public PolicyTerms {
        fixedShares = List.copyOf(fixedShares);
        among("batch.policy", batchPolicy, BATCH_POLICIES);
        among("shares.policy", sharePolicy, SHARE_POLICIES);
        atLeast("batch.initial", initial, 1);
        if (!batchPolicy.equals("fixed")) {
            atLeast("batch.min", min, 1);
            atLeast("batch.max", max, min);
            between("batch.initial", initial, min, max);
        }
        atLeast("policy.cooldown-steps", cooldownSteps, 0);
        between("policy.hysteresis", tolerance, 0, 1);
        between("the loss at which policy.veto acts", vetoTolerance, 0, 1);
        if (sharePolicy.equals("fixed")) checkShares(fixedShares);
        else if (!fixedShares.isEmpty())
            throw RubatoException.usage("shares.fixed is given, but shares.policy is " + sharePolicy)
                    .remedy("set shares.policy = fixed, or leave shares.fixed out");
    }

    /** A fixed batch and equal shares: what neutral configuration means. */
    public static PolicyTerms fixed(int batch) {
        return new PolicyTerms(
                "fixed", batch, 1, batch, "equal", List.of(), 0, 0.05, 0.1, false, AllReduce.PLAIN, false, false);
    }

    /** The same terms under another batch policy, as {@code replay} asks for. */
    public PolicyTerms withBatchPolicy(String name) {
        return new PolicyTerms(
                name,
                initial,
                min,
                max,
                sharePolicy,
                fixedShares,
                cooldownSteps,
                tolerance,
                vetoTolerance,
                shadow,
                allReduce,
                choosesAlgorithm,
                choosesBuckets);
    }

    /** The plan a run of this many workers begins with. */
    public Plan initialPlan(int workers, Stop stop) {
        Shares shares = sharePolicy.equals("fixed") ? new Shares(fixedShares) : Shares.equal(workers);
        return Plan.initial(initial, shares, stop).withAllReduce(allReduce);
    }

    private static void checkShares(List<Double> shares) {
        try {
            new Shares(shares);
        } catch (IllegalArgumentException e) {
            throw RubatoException.usage("shares.fixed: " + e.getMessage());
        }
    }

    private static void among(String key, String value, List<String> known) {
        if (!known.contains(value))
            throw RubatoException.usage(key + " must be one of " + String.join(", ", known) + ", was '" + value + "'");
    }

    private static void atLeast(String key, long value, long least) {
        if (value < least) throw RubatoException.usage(key + " must be >= " + least + ", was " + value);
    }

    private static void between(String key, double value, double least, double most) {
        if (!(value >= least && value <= most))
            throw RubatoException.usage(
                    key + " must be " + Figures.of(least) + ".." + Figures.of(most) + ", was " + Figures.of(value));
    }
}
