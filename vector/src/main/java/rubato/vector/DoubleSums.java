package rubato.vector;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import rubato.model.Kernels;

/**
 * Sums of float32 products in float64 over {@link Kernels#LANES} lanes. A product of two floats is exact in float64, so a fused
 * multiply-add rounds as the scalar kernels' multiplication and addition do.
 */
final class DoubleSums {
    private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;
    private static final int WIDTH = DOUBLES.length();
    /** As many floats as fit a vector once they are doubles; there are no vectors of less than 64 bits. */
    private static final VectorSpecies<Float> FLOATS =
            VectorSpecies.of(float.class, VectorShape.forBitSize(Math.max(64, DOUBLES.vectorBitSize() / 2)));

    private final double[] lanes = new double[Kernels.LANES];

    /** Whether two or four vectors hold all lanes. */
    static boolean fits() {
        return WIDTH == 8 || WIDTH == 4;
    }

    /** Σ a[aFrom + i]·b[bFrom + i] for i in [0, n). */
    double dot(float[] a, int aFrom, float[] b, int bFrom, int n) {
        int whole = n - n % Kernels.LANES;
        if (WIDTH == 8) two(a, aFrom, b, bFrom, whole);
        else four(a, aFrom, b, bFrom, whole);
        for (int i = whole; i < n; i++) lanes[i - whole] += (double) a[aFrom + i] * b[bFrom + i];
        return Kernels.fold(lanes);
    }

    private void two(float[] a, int aFrom, float[] b, int bFrom, int n) {
        DoubleVector s0 = DoubleVector.zero(DOUBLES);
        DoubleVector s1 = s0;
        for (int i = 0; i < n; i += Kernels.LANES) {
            s0 = load(a, aFrom + i).fma(load(b, bFrom + i), s0);
            s1 = load(a, aFrom + i + WIDTH).fma(load(b, bFrom + i + WIDTH), s1);
        }
        s0.intoArray(lanes, 0);
        s1.intoArray(lanes, WIDTH);
    }

    private void four(float[] a, int aFrom, float[] b, int bFrom, int n) {
        DoubleVector s0 = DoubleVector.zero(DOUBLES);
        DoubleVector s1 = s0;
        DoubleVector s2 = s0;
        DoubleVector s3 = s0;
        for (int i = 0; i < n; i += Kernels.LANES) {
            s0 = load(a, aFrom + i).fma(load(b, bFrom + i), s0);
            s1 = load(a, aFrom + i + WIDTH).fma(load(b, bFrom + i + WIDTH), s1);
            s2 = load(a, aFrom + i + 2 * WIDTH).fma(load(b, bFrom + i + 2 * WIDTH), s2);
            s3 = load(a, aFrom + i + 3 * WIDTH).fma(load(b, bFrom + i + 3 * WIDTH), s3);
        }
        s0.intoArray(lanes, 0);
        s1.intoArray(lanes, WIDTH);
        s2.intoArray(lanes, 2 * WIDTH);
        s3.intoArray(lanes, 3 * WIDTH);
    }

    private static DoubleVector load(float[] v, int at) {
        return (DoubleVector) FloatVector.fromArray(FLOATS, v, at).convertShape(VectorOperators.F2D, DOUBLES, 0);
    }
}
