package rubato.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import rubato.random.SplitMix;

class StateHashTest {
    private static float[] noise(int length) {
        SplitMix random = new SplitMix(2);
        float[] v = new float[length];
        for (int i = 0; i < length; i++) v[i] = (float) random.nextGaussian();
        return v;
    }

    @Test
    void has_the_same_value_on_every_machine() {
        assertThat(StateHash.of(0, new float[0], 0, 0)).isEqualTo(108419295084646456L);
        assertThat(StateHash.of(1, noise(1000), 3, 990)).isEqualTo(-9057438332074339698L);
    }

    @Test
    void every_single_bit_counts() {
        float[] v = noise(150);
        long whole = StateHash.of(7, v, 0, v.length);
        for (int i = 0; i < v.length; i++) {
            float kept = v[i];
            for (int bit = 0; bit < 32; bit++) {
                v[i] = Float.intBitsToFloat(Float.floatToRawIntBits(kept) ^ (1 << bit));
                assertThat(StateHash.of(7, v, 0, v.length))
                        .as("bit %d of element %d", bit, i)
                        .isNotEqualTo(whole);
            }
            v[i] = kept;
        }
    }

    @Test
    void position_length_and_seed_count() {
        float[] v = noise(200);
        long whole = StateHash.of(0, v, 0, 200);
        assertThat(StateHash.of(1, v, 0, 200)).isNotEqualTo(whole);
        assertThat(StateHash.of(0, new float[64], 0, 63)).isNotEqualTo(StateHash.of(0, new float[64], 0, 64));
        for (int distance : new int[] {1, 8, 63, 64, 65, 128}) {
            float[] swapped = v.clone();
            swapped[10] = v[10 + distance];
            swapped[10 + distance] = v[10];
            assertThat(StateHash.of(0, swapped, 0, 200))
                    .as("swapped over %d", distance)
                    .isNotEqualTo(whole);
        }
    }

    @Test
    void a_zero_is_not_a_negative_zero() {
        assertThat(StateHash.of(0, new float[] {0f}, 0, 1)).isNotEqualTo(StateHash.of(0, new float[] {-0f}, 0, 1));
    }
}
