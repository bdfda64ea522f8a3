package rubato.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The state hash for a group of lanes that fills four vectors: enough of them in flight to hide a multiplication's latency. */
final class HashLanes {
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, FLOATS.vectorShape());
    private static final int WIDTH = FLOATS.length();
    private static final int ODD = 0x9E3779B1;

    /** Lanes hashed at once. */
    static final int GROUP = 4 * WIDTH;

    private HashLanes() {}

    /** Updates {@code lanes[at .. at + GROUP)} with every {@code stride}-th group of {@code v} from {@code from} on, up to {@code to}. */
    static void hash(int[] lanes, int at, float[] v, int from, int to, int stride) {
        IntVector h0 = IntVector.fromArray(INTS, lanes, at);
        IntVector h1 = IntVector.fromArray(INTS, lanes, at + WIDTH);
        IntVector h2 = IntVector.fromArray(INTS, lanes, at + 2 * WIDTH);
        IntVector h3 = IntVector.fromArray(INTS, lanes, at + 3 * WIDTH);
        for (int i = from; i < to; i += stride) {
            h0 = round(h0, FloatVector.fromArray(FLOATS, v, i));
            h1 = round(h1, FloatVector.fromArray(FLOATS, v, i + WIDTH));
            h2 = round(h2, FloatVector.fromArray(FLOATS, v, i + 2 * WIDTH));
            h3 = round(h3, FloatVector.fromArray(FLOATS, v, i + 3 * WIDTH));
        }
        h0.intoArray(lanes, at);
        h1.intoArray(lanes, at + WIDTH);
        h2.intoArray(lanes, at + 2 * WIDTH);
        h3.intoArray(lanes, at + 3 * WIDTH);
    }

    private static IntVector round(IntVector lane, FloatVector values) {
        return lane.lanewise(VectorOperators.XOR, values.reinterpretAsInts())
                .mul(ODD)
                .lanewise(VectorOperators.ROL, 15);
    }
}
