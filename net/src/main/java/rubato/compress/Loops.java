package rubato.compress;

/**
 * The inner loops of compression, on arrays; encoded numbers are little-endian. Every provider gives the bits of
 * {@link #scalar()}: each element is rounded by itself, and what is taken over many elements does not depend on their order.
 * Stateless, for any thread.
 */
public interface Loops {
    /** Lanes of {@link #dot}. */
    int LANES = 32;

    /** The fastest loops this JVM can run: a provider's where {@code jdk.incubator.vector} is loaded, else the scalar ones. */
    static Loops best() {
        return LoopsProviders.best();
    }

    /** The plain Java loops that define the bits. */
    static Loops scalar() {
        return ScalarLoops.INSTANCE;
    }

    /** Name for reports, e.g. {@code scalar}. */
    String name();

    /** Rounds {@code values[from .. from + count)} to IEEE binary16, ties to even, into {@code out[at .. at + 2·count)}. */
    void toFp16(float[] values, int from, int count, byte[] out, int at);

    /** Widens binary16 in {@code in[at .. at + 2·count)} to {@code values[from .. from + count)}; exact. */
    void fromFp16(byte[] in, int at, float[] values, int from, int count);

    /** Rounds to bfloat16, the upper half of a float32, ties to even; shapes as {@link #toFp16}. */
    void toBf16(float[] values, int from, int count, byte[] out, int at);

    /** Widens bfloat16; exact; shapes as {@link #fromFp16}. */
    void fromBf16(byte[] in, int at, float[] values, int from, int count);

    /** The bits of the largest magnitude in {@code values[from .. from + count)}: above {@code 0x7F800000} if one is NaN. */
    int largestMagnitude(float[] values, int from, int count);

    /**
     * {@code out[at + i] = rint(values[from + i]·factor)}, ties to even.
     *
     * @param factor such that every product lies in ±127.4
     */
    void toInt8(float[] values, int from, int count, float factor, byte[] out, int at);

    /** {@code values[from + i] = in[at + i]·scale}. */
    void fromInt8(byte[] in, int at, float scale, float[] values, int from, int count);

    /** {@code sum[i] = a[i] + b[i]} for i in [from, from + count). */
    void add(float[] a, float[] b, float[] sum, int from, int count);

    /**
     * Puts the indices of those of {@code values[from .. to)} whose magnitude's bits are at least a threshold at
     * {@code indices[found ..)}, ascending, as many as fit.
     *
     * @return {@code found} and how many there are, be it more than fit
     */
    int indicesFrom(int threshold, float[] values, int from, int to, int[] indices, int found);

    /** Σ a[aFrom + i]·b[bFrom + i] in float32: lane i mod {@value #LANES}, each a chain of fma, the lanes added pairwise. */
    float dot(float[] a, int aFrom, float[] b, int bFrom, int count);

    /** {@code into[intoFrom + i] += factor·from[fromFrom + i]} by fma. */
    void axpy(float factor, float[] from, int fromFrom, float[] into, int intoFrom, int count);
}
