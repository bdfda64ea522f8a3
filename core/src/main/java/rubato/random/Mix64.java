package rubato.random;

/** Stafford's variant 13 of the 64-bit MurmurHash3 finalizer: a bijection that scatters neighbouring inputs (Stafford 2011; SplitMix64). */
public final class Mix64 {
    /** The odd golden-ratio increment of SplitMix64. */
    public static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private Mix64() {}

    public static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** Mixes two words; the order matters. */
    public static long mix(long a, long b) {
        return mix(mix(a + GOLDEN) ^ (b + GOLDEN));
    }
}
