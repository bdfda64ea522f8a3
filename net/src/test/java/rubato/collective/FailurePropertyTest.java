package rubato.collective;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import rubato.plan.Algorithm;
import rubato.random.SplitMix;

/** One rank dies or stops after any byte it sends: nobody hangs, nobody is wrong about who, nobody holds a wrong sum. */
class FailurePropertyTest {
    private static final int SCHEDULES = 120;
    private static final int LENGTH = 200;

    private record Scene(Orchestra orchestra, Algorithm algorithm, int victim, String name) {
        static Scene drawn(SplitMix random, long seed, boolean stop) {
            int size = 2 + random.nextInt(5);
            List<Algorithm> algorithms = AllReducePropertyTest.algorithms(size);
            Algorithm algorithm = algorithms.get(random.nextInt(algorithms.size()));
            Orchestra orchestra = new Orchestra(size, seed);
            int victim = random.nextInt(size);
            long whole = 0;
            AllReducePropertyTest.sums(orchestra, algorithm, 1, LENGTH);
            whole = orchestra.network.sent(victim);
            long after = whole + random.nextInt((int) whole + 1);
            orchestra.network.endAfter(victim, after, stop);
            return new Scene(
                    orchestra,
                    algorithm,
                    victim,
                    "seed " + seed + ": " + algorithm.name() + " on " + size + ", rank " + victim
                            + (stop ? " stops" : " dies") + " after " + (after - whole) + " of " + whole + " bytes");
        }

        /** @return how many failed */
        int play() {
            int size = orchestra.size();
            float[][] vectors = new float[size][];
            orchestra.play(
                    (circuit, rank) -> {
                        vectors[rank] = Contributions.of(2, rank, LENGTH);
                        circuit.allReduce(
                                2, Elements.of(vectors[rank]), Reduction.SUM, algorithm, null, new long[size][0]);
                    },
                    IntStream.range(0, size).toArray());
            int failed = 0;
            for (int rank = 0; rank < size; rank++) {
                if (rank == victim) continue;
                CollectiveException failure = orchestra.failure(rank);
                if (failure == null) continue;
                failed++;
                assertThat(failure.peerRank())
                        .as("%s; rank %d says: %s", name, rank, failure.getMessage())
                        .isEqualTo(victim);
            }
            return failed;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whoever_misses_something_names_the_rank_that_died(long seed) {
        SplitMix random = new SplitMix(seed);
        int failed = 0;
        for (int i = 0; i < SCHEDULES; i++) {
            Scene scene = Scene.drawn(random, seed * 1000 + i, false);
            long began = scene.orchestra().now();
            failed += scene.play();
            assertThat(scene.orchestra().now() - began).as(scene.name()).isLessThan(Orchestra.DEADLINE.toNanos() / 20);
        }
        assertThat(failed).isGreaterThan(SCHEDULES);
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 5, 6})
    void whoever_misses_something_names_the_rank_that_stopped_by_the_deadline(long seed) {
        SplitMix random = new SplitMix(seed);
        int failed = 0;
        for (int i = 0; i < SCHEDULES; i++) {
            Scene scene = Scene.drawn(random, seed * 1000 + i, true);
            long began = scene.orchestra().now();
            failed += scene.play();
            assertThat(scene.orchestra().now() - began)
                    .as(scene.name())
                    .isLessThan(Orchestra.DEADLINE.toNanos() + 30_000_000);
        }
        assertThat(failed).isGreaterThan(SCHEDULES);
    }

    @ParameterizedTest
    @ValueSource(longs = {7, 8})
    void a_flipped_bit_is_an_error_and_never_a_sum(long seed) {
        SplitMix random = new SplitMix(seed);
        int caught = 0;
        for (int i = 0; i < 100; i++) {
            int size = 2 + random.nextInt(3);
            Orchestra orchestra = new Orchestra(size, seed * 1000 + i);
            float[][] vectors = new float[size][];
            int victim = random.nextInt(size);
            int bit = random.nextInt(10_000);
            int turns = random.nextInt(60);
            int[] flipped = {0};
            orchestra.meddle(turns, () -> {
                for (int to = 0; to < size && flipped[0] == 0; to++)
                    if (to != victim && orchestra.network.flip(victim, to, bit)) flipped[0]++;
            });
            orchestra.play(
                    (circuit, rank) -> {
                        vectors[rank] = Contributions.of(2, rank, 100);
                        circuit.allReduce(
                                2, Elements.of(vectors[rank]), Reduction.SUM, Algorithm.RING, null, new long[size][0]);
                    },
                    IntStream.range(0, size).toArray());
            if (flipped[0] == 0) continue;
            boolean anyone = IntStream.range(0, size).anyMatch(rank -> orchestra.failure(rank) != null);
            if (anyone) caught++;
            // only fillers are not checked, and they do not matter
            else assertThat(vectors).as("seed %d, schedule %d", seed, i).isEqualTo(right(size));
        }
        assertThat(caught).isGreaterThan(50);
    }

    private static float[][] right(int size) {
        return AllReducePropertyTest.sums(new Orchestra(size, 1), Algorithm.RING, 2, 100);
    }

    @Test
    void a_rank_that_never_enters_is_named_with_the_last_operation_it_was_seen_in() {
        Orchestra orchestra = new Orchestra(4, 5);
        AllReducePropertyTest.sums(orchestra, Algorithm.RING, 678, 20);
        orchestra.play(
                (circuit, rank) -> circuit.allReduce(
                        680, Elements.of(new float[20]), Reduction.SUM, Algorithm.RING, null, new long[4][0]),
                0,
                1,
                2);
        for (int rank = 0; rank < 3; rank++) {
            assertThat(orchestra.failure(rank))
                    .hasMessageContaining("rank 3 (last #678) has not entered #680 within 10000 ms");
        }
    }

    @Test
    void a_rank_with_another_algorithm_is_an_error_that_names_both() {
        Orchestra orchestra = new Orchestra(2, 5);
        orchestra.play(
                (circuit, rank) -> circuit.allReduce(
                        1,
                        Elements.of(new float[20]),
                        Reduction.SUM,
                        rank == 0 ? Algorithm.RING : Algorithm.HALVING,
                        null,
                        new long[2][0]),
                0,
                1);
        assertThat(orchestra.failure(0)).hasMessage("rank 1 is at algorithm halving, rank 0 at algorithm ring");
    }
}
