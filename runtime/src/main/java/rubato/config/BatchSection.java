package rubato.config;

/** {@code batch}: how large the global batch starts, how it may move, and how the learning rate follows it. */
public record BatchSection(Policy policy, int initial, int min, int max, Last last, RateRule lrRule) {
    /** What moves the batch. */
    public enum Policy {
        FIXED,
        NOISE_SCALE,
        GOODPUT
    }

    /** What becomes of the short last batch of an epoch. */
    public enum Last {
        KEEP,
        DROP
    }

    /** How the learning rate follows the batch. */
    public enum RateRule {
        NONE,
        LINEAR,
        SQRT,
        ADASCALE
    }

    /** The largest batch allowed on a training set of this size ({@code max} may be unset: {@code Integer.MAX_VALUE}). */
    public int maxWithin(int trainSamples) {
        return Math.min(max, trainSamples);
    }
}
