package rubato.vector;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import rubato.model.Kernels;
import rubato.random.SplitMix;

class SameBitsTest {
    private static final int[] SIZES = {1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 40, 64, 79};

    private final Kernels scalar = Kernels.scalar();
    private final Kernels vector = new VectorKernels();

    /** Every third value zero, so that signed zeros and cancellation occur. */
    private static float[] noise(int length, long seed) {
        SplitMix random = new SplitMix(seed);
        float[] v = new float[length];
        for (int i = 0; i < length; i++) v[i] = random.nextInt(3) == 0 ? -0f : (float) random.nextGaussian();
        return v;
    }

    @Test
    void this_jvm_offers_the_vector_kernels() {
        assertThat(Kernels.best()).isInstanceOf(VectorKernels.class);
    }

    @Test
    void products_have_the_bits_of_the_scalar_ones_at_odd_shapes() {
        SplitMix random = new SplitMix(17);
        for (int round = 0; round < 300; round++) {
            int rows = SIZES[random.nextInt(SIZES.length)];
            int inner = SIZES[random.nextInt(SIZES.length)];
            int columns = SIZES[random.nextInt(SIZES.length)];
            float[] a = noise(rows * inner + 3, random.nextLong());
            float[] b = noise(inner * columns + 5, random.nextLong());
            float[] start = noise(rows * columns + 2, random.nextLong());
            for (int kind = 0; kind < 3; kind++) {
                float[] expected = start.clone();
                float[] actual = start.clone();
                product(scalar, kind, a, b, expected, rows, inner, columns);
                product(vector, kind, a, b, actual, rows, inner, columns);
                assertThat(actual)
                        .as("kind %d, %d x %d x %d", kind, rows, inner, columns)
                        .isEqualTo(expected);
            }
        }
    }

    private static void product(
            Kernels kernels, int kind, float[] a, float[] b, float[] c, int rows, int inner, int columns) {
        if (kind == 0) kernels.multiply(a, 3, b, 5, c, 2, rows, inner, columns);
        if (kind == 1) kernels.multiplyTransposedLeft(a, 3, b, 5, c, 2, rows, inner, columns);
        if (kind == 2) kernels.multiplyTransposedRight(a, 3, b, 5, c, 2, rows, inner, columns);
    }

    @Test
    void a_product_is_one_chain_of_fused_multiply_adds_over_ascending_k() {
        float[] a = noise(5 * 11, 1);
        float[] b = noise(11 * 7, 2);
        float[] c = new float[5 * 7];
        vector.multiply(a, 0, b, 0, c, 0, 5, 11, 7);
        for (int i = 0; i < 5; i++)
            for (int j = 0; j < 7; j++) {
                float sum = 0;
                for (int k = 0; k < 11; k++) sum = Math.fma(a[i * 11 + k], b[k * 7 + j], sum);
                assertThat(c[i * 7 + j]).isEqualTo(sum);
            }
    }

    @Test
    void loops_over_one_vector_have_the_bits_of_the_scalar_ones() {
        for (int n = 0; n < 200; n++) {
            float[] from = noise(n + 4, n);
            float[] expected = noise(n + 4, n + 1000);
            float[] actual = expected.clone();
            for (Kernels kernels : new Kernels[] {scalar, vector}) {
                float[] into = kernels == scalar ? expected : actual;
                kernels.axpy(1.3f, from, 2, into, 1, n);
                kernels.add(into, 3, from, 1, n);
                kernels.scale(into, 2, n + 2, 0.7f);
                kernels.reluBackward(into, 1, from, 2, n);
                kernels.relu(into, n / 2, n + 3);
            }
            assertThat(actual).as("length %d", n).isEqualTo(expected);
            assertThat(vector.squaredNorm(from, 1, n + 1)).isEqualTo(scalar.squaredNorm(from, 1, n + 1));
            assertThat(vector.dot(from, 1, actual, 2, n)).isEqualTo(scalar.dot(from, 1, actual, 2, n));
        }
    }

    @Test
    void hashes_are_those_of_the_scalar_ones() {
        for (int n = 0; n < 700; n += 13) {
            float[] v = noise(n + 3, n);
            int[] expected = new int[64];
            int[] actual = new int[64];
            scalar.hash(expected, v, 2, n + 2);
            vector.hash(actual, v, 2, n + 2);
            assertThat(actual).as("length %d", n).isEqualTo(expected);
        }
    }

    @Test
    void a_single_value_that_is_not_finite_is_found_anywhere() {
        float[] v = noise(150, 3);
        for (int i = 0; i < v.length; i++) {
            for (float bad : new float[] {Float.NaN, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY}) {
                float kept = v[i];
                v[i] = bad;
                for (Kernels kernels : new Kernels[] {scalar, vector}) {
                    assertThat(kernels.allFinite(v, 0, v.length)).isFalse();
                    assertThat(kernels.allFinite(v, 0, i)).isTrue();
                    assertThat(kernels.allFinite(v, i + 1, v.length)).isTrue();
                }
                v[i] = kept;
            }
        }
        assertThat(vector.allFinite(new float[] {Float.MAX_VALUE, -Float.MAX_VALUE, Float.MIN_VALUE, -0f}, 0, 4))
                .isTrue();
    }

    @Test
    void relu_keeps_what_is_not_a_number() {
        for (Kernels kernels : new Kernels[] {scalar, vector}) {
            float[] v = noise(40, 4);
            v[3] = Float.NaN;
            v[39] = Float.NaN;
            kernels.relu(v, 0, 40);
            assertThat(v[3]).isNaN();
            assertThat(v[39]).isNaN();
        }
    }
}
