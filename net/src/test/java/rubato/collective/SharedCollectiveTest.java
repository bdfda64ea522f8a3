package rubato.collective;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import rubato.net.LinkOptions;
import rubato.net.TransportChoice;
import rubato.random.SplitMix;

class SharedCollectiveTest {
    private static final Duration PATIENT = Duration.ofSeconds(20);
    private static final LinkOptions TCP = LinkOptions.DEFAULT.with(TransportChoice.TCP);
    private static final LinkOptions UNIX = LinkOptions.DEFAULT.with(TransportChoice.UNIX);

    private static float[] vector(int rank, int length) {
        SplitMix random = new SplitMix(31L * rank + length);
        float[] vector = new float[length];
        for (int i = 0; i < length; i++) vector[i] = (float) random.nextGaussian();
        return vector;
    }

    private static List<float[]> sums(LinkOptions links, int size, int length) {
        try (Ranks ranks = new Ranks(size, PATIENT, links)) {
            return ranks.all(c -> {
                float[] vector = vector(c.rank(), length);
                c.sum(1, vector, length);
                return vector;
            });
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5})
    void every_transport_gives_the_same_bits(int size) {
        for (int length : List.of(0, 1, 10, 11, 70, 4_099, 70_000, 131_071, 131_073, 400_001)) {
            List<float[]> shared = sums(LinkOptions.DEFAULT, size, length);
            List<float[]> tcp = sums(TCP, size, length);
            List<float[]> unix = sums(UNIX, size, length);
            for (int rank = 0; rank < size; rank++) {
                assertThat(shared.get(rank))
                        .as("rank %d of %d, length %d", rank, size, length)
                        .isEqualTo(tcp.get(0));
                assertThat(unix.get(rank)).isEqualTo(tcp.get(0));
            }
        }
    }

    @Test
    void the_transport_is_the_one_that_was_chosen() {
        for (TransportChoice choice : List.of(TransportChoice.SHM, TransportChoice.UNIX, TransportChoice.TCP)) {
            try (Ranks ranks = new Ranks(2, PATIENT, LinkOptions.DEFAULT.with(choice))) {
                assertThat(ranks.get(0).transport()).isEqualTo(choice.lowerCase());
            }
        }
    }

    @Test
    void short_and_long_vectors_follow_each_other_in_any_order() {
        int[] lengths = {1, 300_000, 9, 60_000, 140_000, 0, 131_072, 20, 262_144, 5_000};
        try (Ranks ranks = new Ranks(3)) {
            List<Boolean> correct = ranks.all(c -> {
                boolean all = true;
                for (int round = 0; round < 20; round++) {
                    int length = lengths[(round * 7) % lengths.length];
                    float[] vector = new float[length];
                    for (int i = 0; i < length; i++) vector[i] = c.rank() + round + i % 3;
                    c.sum(round, vector, length);
                    for (int i = 0; i < length; i++) all &= vector[i] == 3 + 3 * round + 3 * (i % 3);
                }
                return all;
            });
            assertThat(correct).containsOnly(true);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 256, 257, 100_000})
    void a_symmetric_vector_is_summed_in_place_on_every_rank(int length) {
        try (Ranks ranks = new Ranks(3)) {
            List<Boolean> correct = ranks.all(c -> {
                SymmetricVector vector = c.symmetric(length);
                FloatBuffer floats = vector.floats();
                boolean all = true;
                for (int round = 1; round <= 3; round++) {
                    for (int i = 0; i < length; i++) floats.put(i, c.rank() + i % 11 + round);
                    c.sum(round, vector, length);
                    for (int i = 0; i < length; i++) all &= floats.get(i) == 3 + 3 * (i % 11) + 3 * round;
                }
                return all;
            });
            assertThat(correct).containsOnly(true);
        }
    }
}
