package rubato.random;

/** SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): a small seeded generator with the same numbers on every JDK. Not thread-safe. */
public final class SplitMix {
    private long state;

    public SplitMix(long seed) {
        this.state = seed;
    }

    /** An independent stream for one purpose, e.g. {@code forPurpose(seed, epoch)}. */
    public static SplitMix forPurpose(long seed, long purpose) {
        return new SplitMix(Mix64.mix(seed, purpose));
    }

    public long nextLong() {
        state += Mix64.GOLDEN;
        return Mix64.mix(state);
    }

    /** Uniform in [0, bound), without modulo bias (Lemire 2019). */
    public int nextInt(int bound) {
        if (bound <= 0) throw new IllegalArgumentException("bound must be > 0, was " + bound);
        long product = (nextLong() >>> 32) * bound;
        long low = product & 0xFFFFFFFFL;
        if (low < bound) {
            long threshold = (1L << 32) % bound;
            while (low < threshold) {
                product = (nextLong() >>> 32) * bound;
                low = product & 0xFFFFFFFFL;
            }
        }
        return (int) (product >>> 32);
    }

    /** Uniform in [0, 1), 53 bits. */
    public double nextDouble() {
        return (nextLong() >>> 11) * 0x1.0p-53;
    }

    /** Standard normal by the polar method (Marsaglia), with {@link StrictMath} so that every JDK agrees. */
    public double nextGaussian() {
        while (true) {
            double u = 2 * nextDouble() - 1;
            double v = 2 * nextDouble() - 1;
            double s = u * u + v * v;
            if (s < 1 && s > 0) return u * StrictMath.sqrt(-2 * StrictMath.log(s) / s);
        }
    }
}
