package rubato.model;

/** Kernels in plain Java: what the Vector API's must equal bit for bit, written so that C2 vectorizes the inner loops. */
final class ScalarKernels implements Kernels {
    private static final int EXPONENT = 0x7F800000;

    private final double[] lanes = new double[LANES];
    private float[] sums = new float[0];
    private float[] transposed = new float[0];

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public void multiply(
            float[] a, int aFrom, float[] b, int bFrom, float[] c, int cFrom, int rows, int inner, int columns) {
        if (sums.length < columns) sums = new float[columns];
        for (int i = 0; i < rows; i++) {
            rowTimesMatrix(a, aFrom + i * inner, 1, b, bFrom, inner, columns);
            add(c, cFrom + i * columns, sums, 0, columns);
        }
    }

    @Override
    public void multiplyTransposedLeft(
            float[] a, int aFrom, float[] b, int bFrom, float[] c, int cFrom, int rows, int inner, int columns) {
        if (sums.length < columns) sums = new float[columns];
        for (int i = 0; i < rows; i++) {
            rowTimesMatrix(a, aFrom + i, rows, b, bFrom, inner, columns);
            add(c, cFrom + i * columns, sums, 0, columns);
        }
    }

    @Override
    public void multiplyTransposedRight(
            float[] a, int aFrom, float[] b, int bFrom, float[] c, int cFrom, int rows, int inner, int columns) {
        if (transposed.length < inner * columns) transposed = new float[inner * columns];
        for (int j = 0; j < columns; j++)
            for (int k = 0; k < inner; k++) transposed[k * columns + j] = b[bFrom + j * inner + k];
        multiply(a, aFrom, transposed, 0, c, cFrom, rows, inner, columns);
    }

    /** sums = Σ_k a[aFrom + k·aStep]·b[k][·], four k at a time so that the sums stay in registers longer. */
    private void rowTimesMatrix(float[] a, int aFrom, int aStep, float[] b, int bFrom, int inner, int columns) {
        java.util.Arrays.fill(sums, 0, columns, 0f);
        int k = 0;
        for (; k + 4 <= inner; k += 4) {
            int at = aFrom + k * aStep;
            fourRows(a[at], a[at + aStep], a[at + 2 * aStep], a[at + 3 * aStep], b, bFrom + k * columns, columns);
        }
        for (; k < inner; k++) axpy(a[aFrom + k * aStep], b, bFrom + k * columns, sums, 0, columns);
    }

    private void fourRows(float a0, float a1, float a2, float a3, float[] b, int bFrom, int n) {
        float[] into = sums;
        int b1 = bFrom + n;
        int b2 = b1 + n;
        int b3 = b2 + n;
        for (int j = 0; j < n; j++) {
            float sum = Math.fma(a0, b[bFrom + j], into[j]);
            sum = Math.fma(a1, b[b1 + j], sum);
            sum = Math.fma(a2, b[b2 + j], sum);
            into[j] = Math.fma(a3, b[b3 + j], sum);
        }
    }

    @Override
    public void axpy(float factor, float[] from, int fromFrom, float[] into, int intoFrom, int n) {
        for (int i = 0; i < n; i++) into[intoFrom + i] = Math.fma(factor, from[fromFrom + i], into[intoFrom + i]);
    }

    @Override
    public void add(float[] into, int intoFrom, float[] from, int fromFrom, int n) {
        for (int i = 0; i < n; i++) into[intoFrom + i] += from[fromFrom + i];
    }

    @Override
    public void scale(float[] v, int from, int to, float factor) {
        for (int i = from; i < to; i++) v[i] *= factor;
    }

    @Override
    public void relu(float[] v, int from, int to) {
        for (int i = from; i < to; i++) v[i] = Math.max(v[i], 0f);
    }

    @Override
    public void reluBackward(float[] delta, int deltaFrom, float[] activation, int activationFrom, int n) {
        for (int i = 0; i < n; i++) if (!(activation[activationFrom + i] > 0f)) delta[deltaFrom + i] = 0f;
    }

    @Override
    public double squaredNorm(float[] v, int from, int to) {
        return dot(v, from, v, from, to - from);
    }

    @Override
    public double dot(float[] a, int aFrom, float[] b, int bFrom, int n) {
        double[] sum = lanes;
        java.util.Arrays.fill(sum, 0);
        int i = 0;
        for (; i + LANES <= n; i += LANES)
            for (int lane = 0; lane < LANES; lane++) sum[lane] += (double) a[aFrom + i + lane] * b[bFrom + i + lane];
        for (int lane = 0; i < n; i++, lane++) sum[lane] += (double) a[aFrom + i] * b[bFrom + i];
        return Kernels.fold(sum);
    }

    @Override
    public boolean allFinite(float[] v, int from, int to) {
        int seen = 0;
        for (int i = from; i < to; i++) seen |= (Float.floatToRawIntBits(v[i]) & EXPONENT) + 0x00800000;
        return seen >= 0;
    }

    @Override
    public void hash(int[] lanes, float[] v, int from, int to) {
        int count = lanes.length;
        int i = from;
        for (; i + count <= to; i += count)
            for (int lane = 0; lane < count; lane++) lanes[lane] = round(lanes[lane], v[i + lane]);
        for (int lane = 0; i < to; i++, lane++) lanes[lane] = round(lanes[lane], v[i]);
    }

    private static int round(int lane, float value) {
        return Integer.rotateLeft((lane ^ Float.floatToRawIntBits(value)) * 0x9E3779B1, 15);
    }
}
