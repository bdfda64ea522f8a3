package rubato.config;

import java.util.List;
import rubato.plan.Algorithm;
import rubato.plan.AllReduce;

/**
 * {@code all-reduce}: how gradients are summed.
 *
 * @param bucketBytes of a bucket, 0 for the whole gradient at once, {@link #AUTO} as measurements show
 */
public record AllReduceSection(Kind algorithm, int bucketBytes) {
    static final int AUTO = Integer.MAX_VALUE;

    public enum Kind {
        AUTO,
        EXCHANGE,
        HALVING,
        RING,
        HIERARCHICAL
    }

    /** Whether anything about it is to be chosen from what messages cost. */
    public boolean isAdaptive() {
        return choosesAlgorithm() || choosesBuckets();
    }

    public boolean choosesAlgorithm() {
        return algorithm == Kind.AUTO;
    }

    public boolean choosesBuckets() {
        return bucketBytes == AUTO;
    }

    /** What a run begins with; the hosts of a hierarchy are those of each generation. */
    public AllReduce initial() {
        Algorithm first = switch (algorithm) {
            case AUTO, EXCHANGE -> Algorithm.EXCHANGE;
            case HALVING -> Algorithm.HALVING;
            case RING -> Algorithm.RING;
            case HIERARCHICAL -> new Algorithm.Hierarchical(List.of());
        };
        return new AllReduce(first, choosesBuckets() ? 0 : bucketBytes);
    }
}
