package rubato.policy;

import rubato.plan.Shares;
import rubato.policy.GoodputPolicy.Division;

/** Policies by name, for a live run and for {@code replay} alike. */
public final class Policies {
    /** No decision moves the batch by more than this factor: fits are not trusted far from where they were made. */
    private static final double MAX_FACTOR = 4;
    /** Samples a noise estimate must rest on before it is followed. */
    private static final double MIN_NOISE_SAMPLES = 2000;
    /** How many cooldowns a direction that hurt stays closed. */
    private static final int CLOSED_COOLDOWNS = 20;

    private Policies() {}

    /** The whole policy of a run: batch first, then shares for that batch, then how gradients are summed. */
    public static Policy of(PolicyTerms terms) {
        Policy all = terms.choosesAlgorithm() || terms.choosesBuckets()
                ? Composed.of(guarded(terms), shares(terms), allReduce(terms))
                : Composed.of(guarded(terms), shares(terms));
        Policy rested = new Cooldown(all, terms.cooldownSteps());
        return terms.shadow() ? new Shadow(rested) : rested;
    }

    private static Policy guarded(PolicyTerms terms) {
        if (terms.batchPolicy().equals("fixed")) return batch(terms);
        long closed = Math.max(1, CLOSED_COOLDOWNS * terms.cooldownSteps());
        Policy clamped = new Clamp(batch(terms), terms.min(), terms.max(), MAX_FACTOR);
        return new Veto(new Hysteresis(clamped, terms.tolerance()), accepted(terms), closed);
    }

    /**
     * What a change may cost. Following the noise scale gives up efficiency by design: a doubling at φ/B = 2t is worth at
     * least (2t + 1)/(2t + 2) per sample, so only what goes beyond that, a loss of throughput, is held against it.
     */
    private static double accepted(PolicyTerms terms) {
        if (!terms.batchPolicy().equals("noise-scale")) return terms.vetoTolerance();
        double t = 1 + terms.tolerance();
        return 1 - (2 * t + 1) / (2 * t + 2) * (1 - terms.vetoTolerance());
    }

    private static Policy batch(PolicyTerms terms) {
        return switch (terms.batchPolicy()) {
            case "fixed" -> new FixedBatch(terms.initial());
            case "noise-scale" -> new NoiseScalePolicy(1 + terms.tolerance(), MIN_NOISE_SAMPLES);
            case "goodput" ->
                new GoodputPolicy(
                        terms.initial(),
                        terms.min(),
                        terms.max(),
                        terms.tolerance(),
                        MIN_NOISE_SAMPLES,
                        terms.sharePolicy().equals("balanced") ? Division.BALANCED : Division.AS_PLANNED);
            default -> throw new IllegalArgumentException("batch policy " + terms.batchPolicy());
        };
    }

    private static Policy allReduce(PolicyTerms terms) {
        return new AllReducePolicy(terms.choosesAlgorithm(), terms.choosesBuckets(), terms.tolerance());
    }

    private static Policy shares(PolicyTerms terms) {
        return switch (terms.sharePolicy()) {
            case "equal" -> new EqualShares();
            case "balanced" -> new BalancedShares(terms.tolerance());
            case "fixed" -> new FixedShares(new Shares(terms.fixedShares()));
            default -> throw new IllegalArgumentException("share policy " + terms.sharePolicy());
        };
    }
}
