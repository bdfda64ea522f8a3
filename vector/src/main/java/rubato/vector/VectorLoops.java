package rubato.vector;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import rubato.compress.Loops;

/** The loops of compression on the Vector API; the bits are those of {@link Loops#scalar()}, which also takes the tails. */
final class VectorLoops implements Loops {
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, FLOATS.vectorShape());
    private static final int WIDTH = FLOATS.length();
    private static final VectorShape HALF = VectorShape.forBitSize(FLOATS.vectorBitSize() / 2);
    private static final VectorSpecies<Short> SHORTS = VectorSpecies.of(short.class, HALF);
    private static final VectorSpecies<Byte> HALF_BYTES = VectorSpecies.of(byte.class, HALF);
    /** Below 256 bits there is no vector for a quarter of one. */
    private static final boolean QUARTERS = FLOATS.vectorBitSize() >= 256;

    private static final VectorSpecies<Byte> BYTES =
            QUARTERS ? VectorSpecies.of(byte.class, VectorShape.forBitSize(FLOATS.vectorBitSize() / 4)) : HALF_BYTES;
    /** Elements whose comparisons fill a long. */
    private static final int WORD = 64;

    private static final int MAGNITUDE = 0x7FFF_FFFF;
    private static final float ROUNDER = 0x1.8p23f;

    private final Loops scalar = Loops.scalar();

    @Override
    public String name() {
        return "vector " + FLOATS.vectorBitSize() + " bit";
    }

    @Override
    public void toFp16(float[] values, int from, int count, byte[] out, int at) {
        int end = FLOATS.loopBound(count);
        for (int i = 0; i < end; i += WIDTH)
            store(HalfLanes.fp16(FloatVector.fromArray(FLOATS, values, from + i)), out, at + 2 * i);
        scalar.toFp16(values, from + end, count - end, out, at + 2 * end);
    }

    @Override
    public void fromFp16(byte[] in, int at, float[] values, int from, int count) {
        int end = FLOATS.loopBound(count);
        for (int i = 0; i < end; i += WIDTH)
            HalfLanes.ofFp16(load(in, at + 2 * i)).intoArray(values, from + i);
        scalar.fromFp16(in, at + 2 * end, values, from + end, count - end);
    }

    @Override
    public void toBf16(float[] values, int from, int count, byte[] out, int at) {
        int end = FLOATS.loopBound(count);
        for (int i = 0; i < end; i += WIDTH)
            store(HalfLanes.bf16(FloatVector.fromArray(FLOATS, values, from + i)), out, at + 2 * i);
        scalar.toBf16(values, from + end, count - end, out, at + 2 * end);
    }

    @Override
    public void fromBf16(byte[] in, int at, float[] values, int from, int count) {
        int end = FLOATS.loopBound(count);
        for (int i = 0; i < end; i += WIDTH)
            HalfLanes.ofBf16(load(in, at + 2 * i)).intoArray(values, from + i);
        scalar.fromBf16(in, at + 2 * end, values, from + end, count - end);
    }

    private static void store(IntVector halves, byte[] out, int at) {
        ShortVector narrow = (ShortVector) halves.convertShape(VectorOperators.I2S, SHORTS, 0);
        narrow.reinterpretAsBytes().intoArray(out, at);
    }

    private static IntVector load(byte[] in, int at) {
        ShortVector narrow = ByteVector.fromArray(HALF_BYTES, in, at).reinterpretAsShorts();
        return (IntVector) narrow.convertShape(VectorOperators.S2I, INTS, 0);
    }

    @Override
    public int largestMagnitude(float[] values, int from, int count) {
        int end = INTS.loopBound(count);
        IntVector largest = IntVector.zero(INTS);
        IntVector other = IntVector.zero(INTS);
        int i = 0;
        for (; i + 2 * WIDTH <= end; i += 2 * WIDTH) {
            largest = largest.max(magnitudes(values, from + i));
            other = other.max(magnitudes(values, from + i + WIDTH));
        }
        for (; i < end; i += WIDTH) largest = largest.max(magnitudes(values, from + i));
        int tail = scalar.largestMagnitude(values, from + end, count - end);
        return Math.max(tail, largest.max(other).reduceLanes(VectorOperators.MAX));
    }

    private static IntVector magnitudes(float[] values, int at) {
        return FloatVector.fromArray(FLOATS, values, at).reinterpretAsInts().and(MAGNITUDE);
    }

    @Override
    public void toInt8(float[] values, int from, int count, float factor, byte[] out, int at) {
        int end = QUARTERS ? FLOATS.loopBound(count) : 0;
        for (int i = 0; i < end; i += WIDTH) {
            IntVector rounded = FloatVector.fromArray(FLOATS, values, from + i)
                    .mul(factor)
                    .add(ROUNDER)
                    .reinterpretAsInts();
            ((ByteVector) rounded.convertShape(VectorOperators.I2B, BYTES, 0)).intoArray(out, at + i);
        }
        scalar.toInt8(values, from + end, count - end, factor, out, at + end);
    }

    @Override
    public void fromInt8(byte[] in, int at, float scale, float[] values, int from, int count) {
        int end = QUARTERS ? FLOATS.loopBound(count) : 0;
        for (int i = 0; i < end; i += WIDTH) {
            IntVector whole =
                    (IntVector) ByteVector.fromArray(BYTES, in, at + i).convertShape(VectorOperators.B2I, INTS, 0);
            ((FloatVector) whole.convert(VectorOperators.I2F, 0)).mul(scale).intoArray(values, from + i);
        }
        scalar.fromInt8(in, at + end, scale, values, from + end, count - end);
    }

    @Override
    public void add(float[] a, float[] b, float[] sum, int from, int count) {
        scalar.add(a, b, sum, from, count);
    }

    @Override
    public int indicesFrom(int threshold, float[] values, int from, int to, int[] indices, int found) {
        int end = to - (to - from) % WORD;
        int count = found;
        for (int i = from; i < end; i += WORD) {
            for (long word = reaching(threshold, values, i); word != 0; word &= word - 1) {
                if (count < indices.length) indices[count] = i + Long.numberOfTrailingZeros(word);
                count++;
            }
        }
        return scalar.indicesFrom(threshold, values, end, to, indices, count);
    }

    private static long reaching(int threshold, float[] values, int from) {
        long word = 0;
        for (int lane = 0; lane < WORD; lane += WIDTH)
            word |= magnitudes(values, from + lane)
                            .compare(VectorOperators.GE, threshold)
                            .toLong()
                    << lane;
        return word;
    }

    @Override
    public float dot(float[] a, int aFrom, float[] b, int bFrom, int count) {
        return DotLanes.supported() ? DotLanes.dot(a, aFrom, b, bFrom, count) : scalar.dot(a, aFrom, b, bFrom, count);
    }

    @Override
    public void axpy(float factor, float[] from, int fromFrom, float[] into, int intoFrom, int count) {
        scalar.axpy(factor, from, fromFrom, into, intoFrom, count);
    }
}
