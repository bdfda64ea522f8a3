package rubato.compress;

/** One number between float32 and the two 16-bit formats, rounded to nearest, ties to even. */
final class Halves {
    private static final int MAGNITUDE = 0x7FFF_FFFF;
    private static final int INFINITY = 0x7F80_0000;
    /** 2¹⁶: from here on binary16 has only infinity, and rounding carries 65520 and above there by itself. */
    private static final int FP16_OVERFLOW = 0x4780_0000;
    /** 2⁻¹⁴, the smallest normal binary16. */
    private static final int FP16_NORMAL = 0x3880_0000;
    /** ½, whose last mantissa bit weighs 2⁻²⁴ as the last bit of a subnormal binary16 does: adding it rounds there. */
    private static final float FP16_SUBNORMAL_ROUNDER = 0.5f;

    private static final int REBIAS = (127 - 15) << 23;

    private Halves() {}

    static short fp16(float value) {
        int bits = Float.floatToRawIntBits(value);
        int magnitude = bits & MAGNITUDE;
        return (short) (magnitudeOfFp16(magnitude) | bits >>> 16 & 0x8000);
    }

    private static int magnitudeOfFp16(int magnitude) {
        if (magnitude >= FP16_OVERFLOW) return magnitude > INFINITY ? 0x7E00 : 0x7C00;
        if (magnitude < FP16_NORMAL) {
            float rounded = Float.intBitsToFloat(magnitude) + FP16_SUBNORMAL_ROUNDER;
            return Float.floatToRawIntBits(rounded) - Float.floatToRawIntBits(FP16_SUBNORMAL_ROUNDER);
        }
        return magnitude - REBIAS + 0xFFF + (magnitude >>> 13 & 1) >>> 13;
    }

    static float ofFp16(short half) {
        int sign = half & 0x8000_0000;
        int shifted = (half & 0x7FFF) << 13;
        int exponent = shifted & 0x0F80_0000;
        if (exponent == 0x0F80_0000) return Float.intBitsToFloat(shifted + 2 * REBIAS | sign);
        if (exponent != 0) return Float.intBitsToFloat(shifted + REBIAS | sign);
        float magnitude = Float.intBitsToFloat(shifted + FP16_NORMAL) - Float.intBitsToFloat(FP16_NORMAL);
        return Float.intBitsToFloat(Float.floatToRawIntBits(magnitude) | sign);
    }

    static short bf16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if ((bits & MAGNITUDE) > INFINITY) return (short) (bits >>> 16 | 0x40);
        return (short) (bits + 0x7FFF + (bits >>> 16 & 1) >>> 16);
    }

    static float ofBf16(short half) {
        return Float.intBitsToFloat(half << 16);
    }
}
