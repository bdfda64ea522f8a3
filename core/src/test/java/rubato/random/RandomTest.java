package rubato.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RandomTest {
    @Test
    void split_mix_gives_the_published_numbers() {
        SplitMix random = new SplitMix(1234567);
        assertThat(random.nextLong()).isEqualTo(6457827717110365317L);
        assertThat(random.nextLong()).isEqualTo(3203168211198807973L);
        assertThat(Long.toUnsignedString(random.nextLong())).isEqualTo("9817491932198370423");
    }

    @Test
    void every_epoch_is_a_permutation_and_another_one() {
        Set<Integer> firsts = new HashSet<>();
        for (int epoch = 0; epoch < 50; epoch++) {
            Permutation order = Permutation.shuffled(97, 5, epoch);
            boolean[] seen = new boolean[97];
            for (int at = 0; at < 97; at++) seen[order.sampleAt(at)] = true;
            assertThat(seen).as("epoch " + epoch).doesNotContain(false);
            firsts.add(order.sampleAt(0));
        }
        assertThat(firsts).hasSizeGreaterThan(30);
    }

    @Test
    void bounded_integers_are_uniform_within_their_bound() {
        SplitMix random = new SplitMix(3);
        for (int bound : new int[] {1, 2, 3, 7, 1 << 30, Integer.MAX_VALUE}) {
            for (int i = 0; i < 1000; i++)
                assertThat(random.nextInt(bound)).as("seed 3").isBetween(0, bound - 1);
        }
        int[] hits = new int[6];
        for (int i = 0; i < 60_000; i++) hits[random.nextInt(6)]++;
        for (int hit : hits) assertThat(hit).as("seed 3").isBetween(9_600, 10_400);
    }

    @Test
    void gaussians_have_mean_zero_and_variance_one() {
        SplitMix random = new SplitMix(4);
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < 100_000; i++) {
            double z = random.nextGaussian();
            sum += z;
            squares += z * z;
        }
        assertThat(sum / 100_000).as("seed 4").isCloseTo(0, within(0.02));
        assertThat(squares / 100_000).as("seed 4").isCloseTo(1, within(0.03));
    }

    @Test
    void mixing_two_words_minds_their_order() {
        assertThat(Mix64.mix(1, 2)).isNotEqualTo(Mix64.mix(2, 1));
        Set<Long> seen = new HashSet<>();
        for (int a = 0; a < 100; a++) for (int b = 0; b < 100; b++) seen.add(Mix64.mix(a, b));
        assertThat(seen).hasSize(10_000);
    }
}
