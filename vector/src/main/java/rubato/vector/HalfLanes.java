package rubato.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Float32 to and from the two 16-bit formats, in the low halves of int lanes. Choices are made by sign masks rather than
 * {@code VectorMask}, which JDK 17 moves through memory; the bits are those of {@code rubato.compress.Halves}.
 */
final class HalfLanes {
    private static final int MAGNITUDE = 0x7FFF_FFFF;
    private static final int INFINITY = 0x7F80_0000;
    private static final int REBIAS = (127 - 15) << 23;
    /** 2¹⁶ as float32 bits, where binary16 has only infinity. */
    private static final int FP16_OVERFLOW = 0x4780_0000;
    /** 2⁻¹⁴, the smallest normal binary16. */
    private static final int FP16_NORMAL = 0x3880_0000;
    /** Binary16's exponent field all ones, widened. */
    private static final int FP16_SPECIAL = 0x0F80_0000;

    private HalfLanes() {}

    /**
     * With e the exponent, at least −14: the sum with 2^(e+13) has a last bit of 2^(e−10), as binary16 has, so it rounds as
     * binary16 does and its mantissa counts in those units.
     */
    static IntVector fp16(FloatVector values) {
        IntVector bits = values.reinterpretAsInts();
        IntVector magnitude = bits.and(MAGNITUDE);
        IntVector finite = magnitude.min(FP16_OVERFLOW);
        IntVector exponent = finite.and(INFINITY).max(FP16_NORMAL);
        IntVector rounder = exponent.add(13 << 23);
        IntVector rounded =
                finite.reinterpretAsFloats().add(rounder.reinterpretAsFloats()).reinterpretAsInts();
        IntVector half = exponent.lanewise(VectorOperators.LSHR, 13)
                .sub(FP16_NORMAL >>> 13)
                .add(rounded.sub(rounder));
        IntVector quiet = below(magnitude.neg(), -INFINITY).and(0x200);
        return half.or(quiet).or(bits.lanewise(VectorOperators.LSHR, 16).and(0x8000));
    }

    /** @param halves sign-extended */
    static FloatVector ofFp16(IntVector halves) {
        IntVector shifted = halves.and(0x7FFF).lanewise(VectorOperators.LSHL, 13);
        IntVector subnormal = below(shifted, 1 << 23);
        IntVector special = below(shifted.neg(), -(FP16_SPECIAL - 1)).and(REBIAS);
        IntVector magnitude = shifted.add(REBIAS)
                .add(subnormal.and(1 << 23))
                .reinterpretAsFloats()
                .sub(subnormal.and(FP16_NORMAL).reinterpretAsFloats())
                .reinterpretAsInts()
                .add(special);
        return magnitude.or(halves.and(0x8000_0000)).reinterpretAsFloats();
    }

    /** All ones in the lanes below a bound, zero in the others; no difference may overflow. */
    private static IntVector below(IntVector lanes, int bound) {
        return lanes.sub(bound).lanewise(VectorOperators.ASHR, 31);
    }

    static IntVector bf16(FloatVector values) {
        IntVector bits = values.reinterpretAsInts();
        IntVector high = bits.lanewise(VectorOperators.LSHR, 16);
        IntVector rounded = bits.add(0x7FFF).add(high.and(1)).lanewise(VectorOperators.LSHR, 16);
        return rounded.blend(high.or(0x40), bits.and(MAGNITUDE).compare(VectorOperators.GT, INFINITY));
    }

    static FloatVector ofBf16(IntVector halves) {
        return halves.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
    }
}
