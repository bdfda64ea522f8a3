package rubato.compress;

import rubato.random.SplitMix;

/** One matrix of {@link PowerSgd} and its two factors, both kept transposed: row c is the c-th column of P or Q. */
final class LowRank {
    /** A column that its projections shorten to this part is taken for a combination of the others. */
    private static final float DEPENDENT = 1e-6f;

    private final Matrix matrix;
    private final int rank;
    private final long seed;
    private final Loops loops;
    private final float[] p;
    private final float[] q;

    LowRank(Matrix matrix, int rank, long seed, Loops loops) {
        this.matrix = matrix;
        this.rank = rank;
        this.seed = seed;
        this.loops = loops;
        this.p = new float[rank * matrix.rows()];
        this.q = new float[rank * matrix.columns()];
        reset();
    }

    int sizeOfP() {
        return p.length;
    }

    int sizeOfQ() {
        return q.length;
    }

    void reset() {
        for (int c = 0; c < rank; c++) reseed(c);
    }

    private void reseed(int c) {
        SplitMix random = SplitMix.forPurpose(seed, c);
        for (int i = 0; i < matrix.columns(); i++) q[c * matrix.columns() + i] = (float) random.nextGaussian();
    }

    /** P = M·Q at {@code out[at ..)}. @return where it ends */
    int multiply(float[] values, float[] out, int at) {
        int columns = matrix.columns();
        for (int row = 0; row < matrix.rows(); row++)
            for (int c = 0; c < rank; c++)
                out[at + c * matrix.rows() + row] =
                        loops.dot(values, matrix.offset() + row * columns, q, c * columns, columns);
        return at + p.length;
    }

    /** Takes over the summed P, its columns made orthonormal. @return where it ends */
    int takeP(float[] in, int at) {
        System.arraycopy(in, at, p, 0, p.length);
        for (int c = 0; c < rank; c++) orthonormalize(c * matrix.rows(), matrix.rows());
        return at + p.length;
    }

    /** Modified Gram-Schmidt, twice, which is enough (Giraud, Langou, Rozložník 2005); a dependent column becomes zero. */
    private void orthonormalize(int at, int rows) {
        float before = norm(p, at, rows);
        for (int pass = 0; pass < 2; pass++)
            for (int other = 0; other < at; other += rows)
                loops.axpy(-loops.dot(p, other, p, at, rows), p, other, p, at, rows);
        float after = norm(p, at, rows);
        float factor = Float.isInfinite(after) ? Float.NaN : after <= DEPENDENT * before ? 0 : 1 / after;
        for (int i = at; i < at + rows; i++) p[i] *= factor;
    }

    /** Q = Mᵀ·P at {@code out[at ..)}; what P·Qᵀ holds of the matrix is taken out of it. @return where it ends */
    int project(float[] values, float[] out, int at) {
        java.util.Arrays.fill(out, at, at + q.length, 0);
        int columns = matrix.columns();
        for (int row = 0; row < matrix.rows(); row++)
            for (int c = 0; c < rank; c++)
                loops.axpy(
                        p[c * matrix.rows() + row],
                        values,
                        matrix.offset() + row * columns,
                        out,
                        at + c * columns,
                        columns);
        addProduct(-1, out, at, values);
        return at + q.length;
    }

    /** Takes over the summed Q and makes the matrix P·Qᵀ. @return where it ends */
    int takeQ(float[] in, int at, float[] values) {
        java.util.Arrays.fill(values, matrix.offset(), matrix.end(), 0);
        addProduct(1, in, at, values);
        System.arraycopy(in, at, q, 0, q.length);
        for (int c = 0; c < rank; c++) {
            float norm = norm(q, c * matrix.columns(), matrix.columns());
            if (!(norm > 0 && norm < Float.POSITIVE_INFINITY)) reseed(c);
        }
        return at + q.length;
    }

    private void addProduct(float sign, float[] right, int at, float[] values) {
        int columns = matrix.columns();
        for (int row = 0; row < matrix.rows(); row++)
            for (int c = 0; c < rank; c++)
                loops.axpy(
                        sign * p[c * matrix.rows() + row],
                        right,
                        at + c * columns,
                        values,
                        matrix.offset() + row * columns,
                        columns);
    }

    private float norm(float[] values, int at, int count) {
        return (float) Math.sqrt(loops.dot(values, at, values, at, count));
    }
}
