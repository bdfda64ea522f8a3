package rubato.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import rubato.random.SplitMix;

class CodecTest {
    private static final List<Float> AWKWARD = List.of(
            0f,
            -0f,
            Float.MIN_VALUE,
            -Float.MIN_VALUE,
            Float.MIN_NORMAL,
            Float.MAX_VALUE,
            -Float.MAX_VALUE,
            65504f,
            65519.99f,
            65520f,
            6.1e-5f,
            5.96e-8f,
            2.98e-8f,
            0x1.002p0f,
            0x1.006p0f,
            1.00390625f,
            Float.NaN,
            Float.POSITIVE_INFINITY,
            Float.NEGATIVE_INFINITY);

    private static float[] noise(int count, long seed) {
        SplitMix random = new SplitMix(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
            values[i] = (float) (random.nextGaussian() * Math.scalb(1.0, random.nextInt(24) - 16));
        return values;
    }

    private static float[] roundTrip(Codec codec, float[] values) {
        ByteBuffer wire = ByteBuffer.allocate(codec.bytes(values.length));
        codec.encode(values, 0, values.length, wire);
        assertThat(wire.remaining()).isZero();
        float[] decoded = new float[values.length];
        codec.decode(wire.flip(), decoded, 0, values.length);
        assertThat(wire.remaining()).isZero();
        return decoded;
    }

    /** The definition: of the two neighbours in the format the nearer, of two equally near the even one. */
    private static float nearest(float value, int mantissaBits, int smallestExponent, float largest) {
        if (Float.isNaN(value) || Float.isInfinite(value) || value == 0) return value;
        int exponent = Math.max(Math.getExponent(value), smallestExponent);
        double unit = Math.scalb(1.0, exponent - mantissaBits);
        double rounded = Math.rint(value / unit) * unit;
        return Math.abs(rounded) > largest
                ? (float) Math.copySign(Double.POSITIVE_INFINITY, value)
                : (float) Math.copySign(rounded, value);
    }

    @Test
    void halves_round_to_the_nearest_even_number_of_their_format() {
        float[] values = noise(100_000, 1);
        for (int i = 0; i < AWKWARD.size(); i++) values[i] = AWKWARD.get(i);
        float[] fp16 = roundTrip(Codecs.of("fp16", Loops.scalar()), values);
        float[] bf16 = roundTrip(Codecs.of("bf16", Loops.scalar()), values);
        for (int i = 0; i < values.length; i++) {
            assertThat(fp16[i])
                    .as("fp16 of %s", values[i])
                    .isEqualTo(Float.valueOf(nearest(values[i], 10, -14, 65504f)));
            assertThat(bf16[i])
                    .as("bf16 of %s", values[i])
                    .isEqualTo(Float.valueOf(nearest(values[i], 7, -126, 0x1.fep127f)));
        }
    }

    @Test
    void every_half_decodes_to_a_number_that_encodes_to_it() {
        Codec fp16 = Codecs.of("fp16", Loops.scalar());
        Codec bf16 = Codecs.of("bf16", Loops.scalar());
        ByteBuffer all = ByteBuffer.allocate(2 << 16).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        for (int half = 0; half < 1 << 16; half++) all.putShort((short) half);
        for (Codec codec : List.of(fp16, bf16)) {
            float[] values = new float[1 << 16];
            codec.decode(all.rewind(), values, 0, values.length);
            ByteBuffer again = ByteBuffer.allocate(2 << 16).order(java.nio.ByteOrder.LITTLE_ENDIAN);
            codec.encode(values, 0, values.length, again);
            for (int half = 0; half < 1 << 16; half++)
                if (!Float.isNaN(values[half]))
                    assertThat(again.getShort(2 * half)).isEqualTo((short) half);
        }
    }

    @Test
    void int8_moves_no_value_by_more_than_half_a_step_of_its_block() {
        for (int count : new int[] {0, 1, 5, 255, 256, 257, 1000, 4096, 5000}) {
            float[] values = noise(count, count);
            float[] decoded = roundTrip(Codecs.of("int8", Loops.scalar()), values);
            for (int i = 0; i < count; i++) {
                float largest = 0;
                int block = i / Int8Codec.BLOCK * Int8Codec.BLOCK;
                for (int j = block; j < Math.min(count, block + Int8Codec.BLOCK); j++)
                    largest = Math.max(largest, Math.abs(values[j]));
                assertThat(Math.abs(decoded[i] - values[i])).isLessThanOrEqualTo(largest / 254 * 1.0001f);
            }
        }
    }

    @Test
    void int8_rounds_halves_to_the_even_step_and_keeps_the_largest_at_full_scale() {
        float[] values = {127, -127, 0.5f, 1.5f, -2.5f, 3.4999f, 0};
        assertThat(roundTrip(Codecs.of("int8", Loops.scalar()), values)).containsExactly(127, -127, 0, 2, -2, 3, 0);
    }

    @Test
    void what_is_not_finite_is_not_finite_after_decoding() {
        for (String name : Codecs.names()) {
            for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
                for (int at : new int[] {0, 255, 256, 999}) {
                    float[] values = noise(1000, 3);
                    values[at] = bad;
                    assertThat(Float.isFinite(roundTrip(Codecs.of(name), values)[at]))
                            .as("%s at %d by %s", bad, at, name)
                            .isFalse();
                }
            }
        }
    }

    @Test
    void a_block_of_numbers_too_small_to_scale_decodes_to_zeros() {
        assertThat(roundTrip(Codecs.of("int8"), new float[] {Float.MIN_VALUE, -1e-35f, 0}))
                .containsExactly(0, 0, 0);
    }

    @Test
    void cutting_at_multiples_of_the_block_changes_no_byte() {
        float[] values = noise(3000, 9);
        for (String name : Codecs.names()) {
            Codec codec = Codecs.of(name);
            ByteBuffer whole = ByteBuffer.allocate(codec.bytes(3000));
            codec.encode(values, 0, 3000, whole);
            int cut = 1024 / codec.block() * codec.block();
            ByteBuffer parts = ByteBuffer.allocateDirect(codec.bytes(cut) + codec.bytes(3000 - cut));
            codec.encode(values, 0, cut, parts);
            codec.encode(values, cut, 3000 - cut, parts);
            assertThat(parts.flip()).isEqualTo(whole.flip());
        }
    }

    @Test
    void damaged_and_short_messages_give_numbers_or_the_declared_error_only() {
        SplitMix random = new SplitMix(11);
        for (int round = 0; round < 3000; round++) {
            Codec codec =
                    Codecs.of(Codecs.names().get(random.nextInt(Codecs.names().size())));
            int count = random.nextInt(600);
            byte[] bytes = new byte[random.nextInt(2500)];
            for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) random.nextInt(256);
            float[] into = new float[count];
            if (bytes.length >= codec.bytes(count)) codec.decode(ByteBuffer.wrap(bytes), into, 0, count);
            else
                assertThatThrownBy(() -> codec.decode(ByteBuffer.wrap(bytes), into, 0, count))
                        .isInstanceOf(CompressionException.class)
                        .hasMessageContaining(codec.bytes(count) + " bytes");
        }
    }

    @Test
    void an_unknown_codec_is_refused_with_the_names_there_are() {
        assertThatThrownBy(() -> Codecs.of("int4")).hasMessageContaining("fp16").hasMessageContaining("int4");
    }
}
