package rubato.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import rubato.model.Kernels;

/** Kernels on the Vector API at the machine's preferred width; the bits are those of {@link Kernels#scalar()}. */
final class VectorKernels implements Kernels {
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final int WIDTH = FLOATS.length();

    private final Kernels scalar = Kernels.scalar();
    private final Product product = new Product();
    private final DoubleSums sums = new DoubleSums();
    private float[] transposed = new float[0];

    @Override
    public String name() {
        return "vector " + FLOATS.vectorBitSize() + " bit";
    }

    @Override
    public void multiply(
            float[] a, int aFrom, float[] b, int bFrom, float[] c, int cFrom, int rows, int inner, int columns) {
        product.add(new Tile.Left(a, aFrom, inner, 1), b, bFrom, c, cFrom, rows, inner, columns);
    }

    @Override
    public void multiplyTransposedLeft(
            float[] a, int aFrom, float[] b, int bFrom, float[] c, int cFrom, int rows, int inner, int columns) {
        product.add(new Tile.Left(a, aFrom, 1, rows), b, bFrom, c, cFrom, rows, inner, columns);
    }

    @Override
    public void multiplyTransposedRight(
            float[] a, int aFrom, float[] b, int bFrom, float[] c, int cFrom, int rows, int inner, int columns) {
        if (transposed.length < inner * columns) transposed = new float[inner * columns];
        for (int j = 0; j < columns; j++)
            for (int k = 0; k < inner; k++) transposed[k * columns + j] = b[bFrom + j * inner + k];
        multiply(a, aFrom, transposed, 0, c, cFrom, rows, inner, columns);
    }

    @Override
    public void axpy(float factor, float[] from, int fromFrom, float[] into, int intoFrom, int n) {
        scalar.axpy(factor, from, fromFrom, into, intoFrom, n);
    }

    @Override
    public void add(float[] into, int intoFrom, float[] from, int fromFrom, int n) {
        scalar.add(into, intoFrom, from, fromFrom, n);
    }

    @Override
    public void scale(float[] v, int from, int to, float factor) {
        scalar.scale(v, from, to, factor);
    }

    @Override
    public void relu(float[] v, int from, int to) {
        int end = from + FLOATS.loopBound(to - from);
        for (int i = from; i < end; i += WIDTH)
            FloatVector.fromArray(FLOATS, v, i).max(0f).intoArray(v, i);
        scalar.relu(v, end, to);
    }

    @Override
    public void reluBackward(float[] delta, int deltaFrom, float[] activation, int activationFrom, int n) {
        int end = FLOATS.loopBound(n);
        FloatVector zero = FloatVector.zero(FLOATS);
        for (int i = 0; i < end; i += WIDTH) {
            VectorMask<Float> positive = FloatVector.fromArray(FLOATS, activation, activationFrom + i)
                    .compare(VectorOperators.GT, 0f);
            zero.blend(FloatVector.fromArray(FLOATS, delta, deltaFrom + i), positive)
                    .intoArray(delta, deltaFrom + i);
        }
        scalar.reluBackward(delta, deltaFrom + end, activation, activationFrom + end, n - end);
    }

    @Override
    public double squaredNorm(float[] v, int from, int to) {
        return dot(v, from, v, from, to - from);
    }

    @Override
    public double dot(float[] a, int aFrom, float[] b, int bFrom, int n) {
        return DoubleSums.fits() && n >= LANES ? sums.dot(a, aFrom, b, bFrom, n) : scalar.dot(a, aFrom, b, bFrom, n);
    }

    @Override
    public boolean allFinite(float[] v, int from, int to) {
        return scalar.allFinite(v, from, to);
    }

    @Override
    public void hash(int[] lanes, float[] v, int from, int to) {
        int whole = (to - from) / lanes.length * lanes.length;
        if (lanes.length % HashLanes.GROUP != 0 || whole == 0) {
            scalar.hash(lanes, v, from, to);
            return;
        }
        for (int group = 0; group < lanes.length; group += HashLanes.GROUP)
            HashLanes.hash(lanes, group, v, from + group, from + whole, lanes.length);
        scalar.hash(lanes, v, from + whole, to);
    }
}
