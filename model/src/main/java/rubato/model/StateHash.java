package rubato.model;

import rubato.random.Mix64;

/**
 * A fast 64-bit hash of the raw bits of floats, to compare replicas every step; no defence against an adversary. Element i feeds
 * one of {@value #LANES} lanes by {@code lane = rotateLeft((lane ^ bits)·odd, 15)}, a bijection in the lane and in the bits, and
 * the lanes are folded by bijections too: one changed element always changes the hash, other changes escape with probability
 * about 2^-32 at most. The same value with every {@link Kernels}.
 */
public final class StateHash {
    /** Running values; enough of them to hide the latency of a multiplication at any vector width. */
    static final int LANES = 64;

    private final Kernels kernels;
    private final long seed;
    private final int[] lanes = new int[LANES];
    private long length;

    private StateHash(Kernels kernels, long seed) {
        this.kernels = kernels;
        this.seed = seed;
        for (int i = 0; i < LANES; i++) lanes[i] = (int) Mix64.mix(seed + (i + 1) * Mix64.GOLDEN);
    }

    /** Begins a hash of stretches of floats; the seed is 0, or the hash of what came before. */
    public static StateHash start(long seed) {
        return new StateHash(Kernels.best(), seed);
    }

    /** Takes in {@code v[from .. to)}; its first element goes to the first lane. */
    public void add(float[] v, int from, int to) {
        kernels.hash(lanes, v, from, to);
        length += to - from;
    }

    /** The hash of all that was taken in. */
    public long end() {
        long hash = Mix64.mix(seed, length);
        for (int lane : lanes) hash = Mix64.mix(hash, lane);
        return hash;
    }

    /** The hash of {@code v[from .. to)}. */
    public static long of(long seed, float[] v, int from, int to) {
        return of(Kernels.best(), seed, v, from, to);
    }

    /** As {@link #of(long, float[], int, int)}, by these kernels. */
    static long of(Kernels kernels, long seed, float[] v, int from, int to) {
        StateHash hash = new StateHash(kernels, seed);
        hash.add(v, from, to);
        return hash.end();
    }
}
