package rubato.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import rubato.plan.Algorithm;
import rubato.random.SplitMix;

class AllReducePropertyTest {
    private static final int[] LARGE = {1021, 2053};

    static List<Algorithm> algorithms(int size) {
        List<Algorithm> all = new ArrayList<>(List.of(Algorithm.EXCHANGE, Algorithm.HALVING, Algorithm.RING));
        for (int hosts = 1; hosts <= Math.min(size, 3); hosts++) {
            int count = hosts;
            all.add(new Algorithm.Hierarchical(
                    IntStream.range(0, size).mapToObj(rank -> rank % count).toList()));
        }
        if (size > 2) all.add(new Algorithm.Hierarchical(unequal(size)));
        return all;
    }

    /** The first host has one rank, the second two, the last the rest. */
    private static List<Integer> unequal(int size) {
        return IntStream.range(0, size)
                .mapToObj(rank -> Math.min(rank, 3) + 1 >> 1)
                .toList();
    }

    static float[][] sums(Orchestra orchestra, Algorithm algorithm, long step, int length) {
        float[][] vectors = new float[orchestra.size()][];
        orchestra.together((circuit, rank) -> {
            vectors[rank] = Contributions.of(step, rank, length);
            circuit.allReduce(
                    step, Elements.of(vectors[rank]), Reduction.SUM, algorithm, null, new long[orchestra.size()][0]);
        });
        return vectors;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17})
    void all_ranks_hold_the_same_bits_of_the_right_sum_whatever_the_length_and_the_algorithm(int size) {
        Orchestra orchestra = new Orchestra(size, size, new Tuning(128, 512, 256, 0, 0), 2000);
        long step = 0;
        for (Algorithm algorithm : algorithms(size)) {
            for (int length = 0; length <= 70; length++) check(orchestra, algorithm, step++, length);
            for (int length : LARGE) check(orchestra, algorithm, step++, length);
        }
    }

    private static void check(Orchestra orchestra, Algorithm algorithm, long step, int length) {
        int size = orchestra.size();
        float[][] vectors = sums(orchestra, algorithm, step, length);
        double[] exact = Contributions.exactSum(step, size, length);
        double[] magnitudes = Contributions.magnitudes(step, size, length);
        String what = algorithm.name() + " of " + length + " on " + size;
        for (int rank = 1; rank < size; rank++)
            assertThat(vectors[rank]).as(what).isEqualTo(vectors[0]);
        for (int i = 0; i < length; i++)
            assertThat((double) vectors[0][i]).as(what).isCloseTo(exact[i], within(size * 0x1p-23 * magnitudes[i]));
        if (algorithm instanceof Algorithm.Exchange)
            assertThat(vectors[0]).as(what).isEqualTo(Contributions.rankOrderSum(step, size, length));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void neither_arrival_nor_chunks_nor_buffers_change_a_bit(long seed) {
        SplitMix random = new SplitMix(seed);
        int size = 2 + random.nextInt(8);
        Tuning other = new Tuning(8 + random.nextInt(500), 600, random.nextInt(4000), 0, 0);
        Orchestra one = new Orchestra(size, seed);
        Orchestra two = new Orchestra(size, seed + 1000, other, 20 + random.nextInt(5000));
        for (Algorithm algorithm : algorithms(size)) {
            int length = random.nextInt(2000);
            assertThat(sums(one, algorithm, seed, length))
                    .as("seed %d, %s of %d on %d", seed, algorithm.name(), length, size)
                    .isEqualTo(sums(two, algorithm, seed, length));
        }
    }

    @Test
    void the_order_of_additions_is_that_of_the_algorithm() {
        float[] exchange = sums(new Orchestra(5, 1), Algorithm.EXCHANGE, 7, 500)[0];
        float[] ring = sums(new Orchestra(5, 1), Algorithm.RING, 7, 500)[0];
        float[] halving = sums(new Orchestra(5, 1), Algorithm.HALVING, 7, 500)[0];
        assertThat(ring).isNotEqualTo(exchange).isNotEqualTo(halving);
        assertThat(halving).isNotEqualTo(exchange);
    }

    @Test
    void control_words_of_every_rank_reach_every_rank() {
        Orchestra orchestra = new Orchestra(4, 9);
        long[][][] gathered = new long[4][4][];
        orchestra.together((circuit, rank) -> {
            gathered[rank][rank] = new long[] {rank, -rank, 7};
            circuit.allReduce(1, Elements.of(new float[3]), Reduction.SUM, Algorithm.RING, null, gathered[rank]);
        });
        for (long[][] controls : gathered)
            for (int rank = 0; rank < 4; rank++) assertThat(controls[rank]).containsExactly(rank, -rank, 7);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5})
    void between_hosts_goes_no_more_than_two_times_h_minus_1_over_h_of_the_vector(int hosts) {
        int size = 11;
        List<Integer> hostOfRank = IntStream.range(0, size)
                .mapToObj(rank -> Math.min(rank, hosts - 1))
                .toList();
        Tuning tuning = new Tuning(64 << 10, 128 << 10, 0, 0, 0);
        Orchestra orchestra = new Orchestra(size, 3, tuning, 64 << 10);
        int length = 1 << 19;
        sums(orchestra, new Algorithm.Hierarchical(hostOfRank), 1, length);
        for (int host = 0; host < hosts; host++) {
            long across = 0;
            for (int from = 0; from < size; from++)
                for (int to = 0; to < size; to++)
                    if (hostOfRank.get(from) == host && hostOfRank.get(to) != host)
                        across += orchestra.network.carried(from, to);
            assertThat(across / (4.0 * length)).isLessThan(2.0 * (hosts - 1) / hosts * 1.003);
        }
    }
}
