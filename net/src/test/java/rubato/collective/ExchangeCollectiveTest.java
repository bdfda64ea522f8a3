package rubato.collective;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import rubato.random.SplitMix;

class ExchangeCollectiveTest {
    private static final int[] LARGE = {1021, 4097, 8191, 32_771, 65_537, 300_007};

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 8})
    void every_rank_holds_the_rank_order_sum_whatever_the_length(int size) {
        List<Integer> lengths = new ArrayList<>();
        for (int length = 0; length <= 70; length++) lengths.add(length);
        for (int length : LARGE) lengths.add(length);
        try (Ranks ranks = new Ranks(size)) {
            ranks.all(collective -> {
                for (int length : lengths) sumOnce(collective, length, length, 0);
                return true;
            });
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void late_arrivals_do_not_change_a_bit(long seed) {
        try (Ranks ranks = new Ranks(3)) {
            ranks.all(collective -> {
                SplitMix delays = SplitMix.forPurpose(seed, collective.rank());
                for (int step = 0; step < 60; step++)
                    sumOnce(collective, step, 1 + step * 700, delays.nextInt(1_000_000));
                return true;
            });
        }
    }

    private static void sumOnce(Collective collective, long step, int length, long delayNanos) {
        if (delayNanos > 0) LockSupport.parkNanos(delayNanos);
        float[] vector = contribution(step, collective.rank(), length);
        long[] control = {step, collective.rank() * 7L, -1};
        Gathered gathered = collective.allReduce(step, vector, length, control);
        assertThat(vector).as("step %d", step).isEqualTo(rankOrderSum(step, collective.size(), length));
        assertThat(gathered.waitNanos()).isNotNegative();
        assertThat(gathered.wireNanos()).isNotNegative();
        for (int rank = 0; rank < collective.size(); rank++)
            assertThat(gathered.controls()[rank]).containsExactly(step, rank * 7L, -1);
    }

    static float[] rankOrderSum(long step, int size, int length) {
        float[] sum = contribution(step, 0, length);
        for (int rank = 1; rank < size; rank++) {
            float[] x = contribution(step, rank, length);
            for (int i = 0; i < length; i++) sum[i] += x[i];
        }
        return sum;
    }

    /** Values of very different size, so that another order of additions gives other bits. */
    static float[] contribution(long step, int rank, int length) {
        SplitMix random = SplitMix.forPurpose(step * 31 + length, rank);
        float[] vector = new float[length];
        for (int i = 0; i < length; i++) vector[i] = (float) (random.nextDouble() - 0.5) * (1 << random.nextInt(20));
        return vector;
    }
}
