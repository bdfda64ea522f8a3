package rubato.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import rubato.compress.Loops;

/** The dot product in the lanes of {@link Loops}: two vectors of 512 bits or four of 256. */
final class DotLanes {
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final int WIDTH = FLOATS.length();
    private static final int LANES = Loops.LANES;

    private DotLanes() {}

    static boolean supported() {
        return WIDTH == LANES / 2 || WIDTH == LANES / 4;
    }

    static float dot(float[] a, int aFrom, float[] b, int bFrom, int count) {
        float[] lanes = new float[LANES];
        int end = count - count % LANES;
        if (WIDTH == LANES / 2) two(a, aFrom, b, bFrom, end, lanes);
        else four(a, aFrom, b, bFrom, end, lanes);
        for (int i = end; i < count; i++) lanes[i - end] = Math.fma(a[aFrom + i], b[bFrom + i], lanes[i - end]);
        for (int half = LANES / 2; half > 0; half /= 2)
            for (int lane = 0; lane < half; lane++) lanes[lane] += lanes[lane + half];
        return lanes[0];
    }

    private static void two(float[] a, int aFrom, float[] b, int bFrom, int end, float[] lanes) {
        FloatVector s0 = FloatVector.zero(FLOATS);
        FloatVector s1 = FloatVector.zero(FLOATS);
        for (int i = 0; i < end; i += LANES) {
            s0 = part(a, aFrom + i, b, bFrom + i, s0);
            s1 = part(a, aFrom + i + WIDTH, b, bFrom + i + WIDTH, s1);
        }
        s0.intoArray(lanes, 0);
        s1.intoArray(lanes, WIDTH);
    }

    private static void four(float[] a, int aFrom, float[] b, int bFrom, int end, float[] lanes) {
        FloatVector s0 = FloatVector.zero(FLOATS);
        FloatVector s1 = FloatVector.zero(FLOATS);
        FloatVector s2 = FloatVector.zero(FLOATS);
        FloatVector s3 = FloatVector.zero(FLOATS);
        for (int i = 0; i < end; i += LANES) {
            s0 = part(a, aFrom + i, b, bFrom + i, s0);
            s1 = part(a, aFrom + i + WIDTH, b, bFrom + i + WIDTH, s1);
            s2 = part(a, aFrom + i + 2 * WIDTH, b, bFrom + i + 2 * WIDTH, s2);
            s3 = part(a, aFrom + i + 3 * WIDTH, b, bFrom + i + 3 * WIDTH, s3);
        }
        s0.intoArray(lanes, 0);
        s1.intoArray(lanes, WIDTH);
        s2.intoArray(lanes, 2 * WIDTH);
        s3.intoArray(lanes, 3 * WIDTH);
    }

    private static FloatVector part(float[] a, int aAt, float[] b, int bAt, FloatVector sum) {
        return FloatVector.fromArray(FLOATS, a, aAt).fma(FloatVector.fromArray(FLOATS, b, bAt), sum);
    }
}
