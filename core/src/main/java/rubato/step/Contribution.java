package rubato.step;

/**
 * What one rank says of its part of a step, gathered as integers beside the float sum (protocol rule 4).
 *
 * @param stateHash hash of the state the gradient was computed from
 * @param planVersion highest plan version the rank holds
 * @param samples samples really fed
 * @param rangeDigest digest of the ranges it was given
 * @param sampleDigest Σ mix64(epoch, sample) over the samples really fed
 * @param finite whether loss and gradient were all finite
 * @param lossSum sum of per-sample losses
 * @param correct samples classified rightly
 * @param squaredNorms Σ over noise units of |sum of gradients|² / samples of the unit
 * @param units number of noise units (samples or micro-batches)
 */
public record Contribution(
        long stateHash,
        long planVersion,
        int samples,
        long rangeDigest,
        long sampleDigest,
        boolean finite,
        double lossSum,
        long correct,
        double squaredNorms,
        long units) {
    /** How many longs {@link #encode()} yields. */
    public static final int WORDS = 10;

    public long[] encode() {
        return new long[] {
            stateHash,
            planVersion,
            samples,
            rangeDigest,
            sampleDigest,
            finite ? 1 : 0,
            Double.doubleToRawLongBits(lossSum),
            correct,
            Double.doubleToRawLongBits(squaredNorms),
            units
        };
    }

    /** @throws IllegalArgumentException for words that {@link #encode()} does not yield */
    public static Contribution decode(long[] words) {
        if (words.length != WORDS)
            throw new IllegalArgumentException("contribution needs " + WORDS + " words, got " + words.length);
        if (words[2] < 0 || words[2] > Integer.MAX_VALUE)
            throw new IllegalArgumentException("contribution of " + words[2] + " samples");
        return new Contribution(
                words[0],
                words[1],
                (int) words[2],
                words[3],
                words[4],
                words[5] == 1,
                Double.longBitsToDouble(words[6]),
                words[7],
                Double.longBitsToDouble(words[8]),
                words[9]);
    }
}
