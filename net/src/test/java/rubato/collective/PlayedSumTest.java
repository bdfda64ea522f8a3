package rubato.collective;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import rubato.plan.Algorithm;
import rubato.plan.AllReduce;
import rubato.random.SplitMix;
import rubato.schedule.PlayedSum;

class PlayedSumTest {
    private static List<float[]> contributions(long step, int size, int length) {
        List<float[]> all = new ArrayList<>();
        for (int rank = 0; rank < size; rank++) all.add(Contributions.of(step, rank, length));
        return all;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 17})
    void one_thread_that_plays_all_ranks_gets_the_bits_that_the_ranks_get(int size) {
        SplitMix random = new SplitMix(size);
        Orchestra orchestra = new Orchestra(size, size);
        long step = 0;
        for (Algorithm algorithm : AllReducePropertyTest.algorithms(size)) {
            for (int length : new int[] {0, 1, 2, size, 70, 1021, random.nextInt(3000)}) {
                List<float[]> played = contributions(++step, size, length);
                PlayedSum.sum(new AllReduce(algorithm, 0), played, length);
                float[][] real = AllReducePropertyTest.sums(orchestra, algorithm, step, length);
                for (int rank = 0; rank < size; rank++)
                    assertThat(Arrays.equals(real[rank], played.get(rank)))
                            .as("%s of %d on %d, rank %d", algorithm.name(), length, size, rank)
                            .isTrue();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 400, 4096, 40_000})
    void buckets_too(int bucketBytes) {
        int length = 5_003;
        try (Ranks ranks = new Ranks(4)) {
            for (Algorithm algorithm : AllReducePropertyTest.algorithms(4)) {
                AllReduce how = new AllReduce(algorithm, bucketBytes);
                List<float[]> played = contributions(9, 4, length);
                PlayedSum.sum(how, played, length);
                List<float[]> real = ranks.all(c -> {
                    float[] vector = Contributions.of(9, c.rank(), length);
                    Collective.Partial partial =
                            c.start(9, vector, length, how.bucketElements(), new Collective.Manner(algorithm, null));
                    partial.ready(0, length);
                    partial.finish(new long[0]);
                    return vector;
                });
                for (int rank = 0; rank < 4; rank++)
                    assertThat(Arrays.equals(real.get(rank), played.get(rank)))
                            .as(algorithm.name() + ", rank " + rank)
                            .isTrue();
            }
        }
    }
}
