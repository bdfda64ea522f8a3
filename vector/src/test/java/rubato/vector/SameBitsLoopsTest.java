package rubato.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import rubato.compress.Loops;
import rubato.random.SplitMix;

class SameBitsLoopsTest {
    private final Loops scalar = Loops.scalar();
    private final Loops vector = new VectorLoops();

    /** Any bit pattern at all: subnormals, infinities, NaNs. */
    private static float[] anyBits(int count, long seed) {
        SplitMix random = new SplitMix(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) values[i] = Float.intBitsToFloat((int) random.nextLong());
        return values;
    }

    private static float[] gradients(int count, long seed) {
        SplitMix random = new SplitMix(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
            values[i] = (float) (random.nextGaussian() * Math.scalb(1.0, random.nextInt(30) - 20));
        return values;
    }

    private static byte[] anyBytes(int count, long seed) {
        SplitMix random = new SplitMix(seed);
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) bytes[i] = (byte) random.nextInt(256);
        return bytes;
    }

    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        for (int i = 0; i < bits.length; i++) bits[i] = Float.floatToRawIntBits(values[i]);
        return bits;
    }

    private void sameBytes(int length, BiConsumer<Loops, byte[]> loop) {
        byte[] expected = new byte[length];
        byte[] actual = new byte[length];
        loop.accept(scalar, expected);
        loop.accept(vector, actual);
        assertThat(actual).isEqualTo(expected);
    }

    private void sameFloats(int length, BiConsumer<Loops, float[]> loop) {
        float[] expected = new float[length];
        float[] actual = new float[length];
        loop.accept(scalar, expected);
        loop.accept(vector, actual);
        assertThat(bits(actual)).isEqualTo(bits(expected));
    }

    @Test
    void this_jvm_offers_the_vector_loops() {
        assertThat(Loops.best()).isInstanceOf(VectorLoops.class);
    }

    @Test
    void every_half_widens_to_the_same_bits() {
        byte[] all = new byte[2 << 16];
        for (int half = 0; half < 1 << 16; half++) {
            all[2 * half] = (byte) half;
            all[2 * half + 1] = (byte) (half >>> 8);
        }
        sameFloats(1 << 16, (loops, out) -> loops.fromFp16(all, 0, out, 0, 1 << 16));
        sameFloats(1 << 16, (loops, out) -> loops.fromBf16(all, 0, out, 0, 1 << 16));
    }

    @Test
    void halves_round_to_the_same_bits_whatever_the_number_and_the_length() {
        for (int count = 0; count < 150; count++) {
            int n = count;
            for (float[] values : new float[][] {anyBits(n + 3, n), gradients(n + 3, n)}) {
                sameBytes(2 * n + 5, (loops, out) -> loops.toFp16(values, 2, n, out, 3));
                sameBytes(2 * n + 5, (loops, out) -> loops.toBf16(values, 2, n, out, 3));
            }
        }
        float[] many = anyBits(1 << 20, 5);
        sameBytes(2 << 20, (loops, out) -> loops.toFp16(many, 0, 1 << 20, out, 0));
        sameBytes(2 << 20, (loops, out) -> loops.toBf16(many, 0, 1 << 20, out, 0));
    }

    @Test
    void bytes_are_quantized_and_scaled_to_the_same_bits() {
        for (int count = 0; count < 300; count++) {
            int n = count;
            float[] values = gradients(n + 3, n);
            float factor = 127 / Math.max(1e-30f, Float.intBitsToFloat(scalar.largestMagnitude(values, 1, n)));
            sameBytes(n + 4, (loops, out) -> loops.toInt8(values, 1, n, factor, out, 2));
            byte[] in = anyBytes(n + 2, n);
            sameFloats(n + 3, (loops, out) -> loops.fromInt8(in, 2, 0.037f, out, 3, n));
            sameFloats(n + 3, (loops, out) -> loops.fromInt8(in, 2, Float.NaN, out, 3, n));
        }
    }

    @Test
    void the_largest_magnitude_is_found_anywhere_also_where_it_is_not_a_number() {
        for (int count = 0; count < 200; count++) {
            float[] values = count % 2 == 0 ? anyBits(count + 1, count) : gradients(count + 1, count);
            assertThat(vector.largestMagnitude(values, 1, count)).isEqualTo(scalar.largestMagnitude(values, 1, count));
        }
    }

    @Test
    void the_same_indices_reach_a_threshold() {
        for (int count = 0; count < 400; count += 7) {
            float[] values = count % 2 == 0 ? anyBits(count, count) : gradients(count, count);
            int threshold = Float.floatToRawIntBits(1e-4f);
            for (int room : new int[] {0, 5, count}) {
                int[] expected = new int[room];
                int[] actual = new int[room];
                int found = scalar.indicesFrom(threshold, values, count / 9, count, expected, 2);
                assertThat(vector.indicesFrom(threshold, values, count / 9, count, actual, 2))
                        .isEqualTo(found);
                assertThat(actual).isEqualTo(expected);
            }
        }
    }

    @Test
    void products_of_two_vectors_have_the_same_bits() {
        for (int count = 0; count < 300; count++) {
            float[] a = gradients(count + 2, count);
            float[] b = gradients(count + 3, count + 1000);
            assertThat(vector.dot(a, 1, b, 2, count)).isEqualTo(scalar.dot(a, 1, b, 2, count));
            float[] expected = a.clone();
            float[] actual = a.clone();
            scalar.axpy(0.3f, b, 2, expected, 1, count);
            vector.axpy(0.3f, b, 2, actual, 1, count);
            scalar.add(expected, b, expected, 0, count);
            vector.add(actual, b, actual, 0, count);
            assertThat(bits(actual)).isEqualTo(bits(expected));
        }
    }
}
