package rubato.model;

/**
 * The hot loops of training on float32 arrays. Every provider gives the same bits as {@link ScalarKernels}: each element of a
 * product is one chain of fused multiply-adds over ascending k, and sums run in a fixed number of lanes that do not depend on
 * the hardware. Instances keep scratch memory and belong to one thread.
 */
public interface Kernels {
    /** Lanes of {@link #squaredNorm} and {@link #dot}: two of the widest vectors, so that one addition need not wait for the last. */
    int LANES = 16;

    /** The fastest kernels this JVM can run: a provider's where {@code jdk.incubator.vector} is loaded, else the scalar ones. */
    static Kernels best() {
        return KernelProviders.best();
    }

    /** The plain Java kernels that define the bits. */
    static Kernels scalar() {
        return new ScalarKernels();
    }

    /** Name for reports, e.g. {@code scalar}. */
    String name();

    /**
     * C += A·B with A (rows × inner), B (inner × columns), C (rows × columns), all row-major without gaps:
     * {@code c[i][j] += Σ_k a[i][k]·b[k][j]}, the sum a chain of fma from zero over ascending k.
     */
    void multiply(float[] a, int aFrom, float[] b, int bFrom, float[] c, int cFrom, int rows, int inner, int columns);

    /** C += Aᵀ·B with A (inner × rows), B (inner × columns), C (rows × columns); bits as {@link #multiply}. */
    void multiplyTransposedLeft(
            float[] a, int aFrom, float[] b, int bFrom, float[] c, int cFrom, int rows, int inner, int columns);

    /** C += A·Bᵀ with A (rows × inner), B (columns × inner), C (rows × columns); bits as {@link #multiply}. */
    void multiplyTransposedRight(
            float[] a, int aFrom, float[] b, int bFrom, float[] c, int cFrom, int rows, int inner, int columns);

    /** {@code into[intoFrom + i] += factor·from[fromFrom + i]} by fma, for i in [0, n). */
    void axpy(float factor, float[] from, int fromFrom, float[] into, int intoFrom, int n);

    /** {@code into[intoFrom + i] += from[fromFrom + i]} for i in [0, n). */
    void add(float[] into, int intoFrom, float[] from, int fromFrom, int n);

    /** {@code v[i] *= factor} for i in [from, to). */
    void scale(float[] v, int from, int to, float factor);

    /** {@code v[i] = max(v[i], 0)} for i in [from, to); NaN stays NaN. */
    void relu(float[] v, int from, int to);

    /** Zeroes {@code delta[i]} where {@code activation[i]} is not positive, for i in [0, n). */
    void reluBackward(float[] delta, int deltaFrom, float[] activation, int activationFrom, int n);

    /** Σ v[i]² for i in [from, to) in float64: lane (i − from) mod {@value #LANES}, then {@link #fold}. */
    double squaredNorm(float[] v, int from, int to);

    /** The sum of {@value #LANES} lanes: halves are folded onto each other until one is left. */
    static double fold(double[] lanes) {
        for (int half = LANES / 2; half > 0; half /= 2) for (int i = 0; i < half; i++) lanes[i] += lanes[i + half];
        return lanes[0];
    }

    /** Σ a[i]·b[i] in float64, lanes as in {@link #squaredNorm}. */
    double dot(float[] a, int aFrom, float[] b, int bFrom, int n);

    /** Whether no element in [from, to) is infinite or NaN. */
    boolean allFinite(float[] v, int from, int to);

    /**
     * One round of the state hash over {@code v[from .. to)}: element i goes to lane (i − from) mod {@code lanes.length}, by
     * {@code lane = rotateLeft((lane ^ bits)·0x9E3779B1, 15)}.
     *
     * @param lanes 64 running values, updated
     */
    void hash(int[] lanes, float[] v, int from, int to);
}
