package rubato.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import rubato.compress.Codec;
import rubato.compress.Codecs;
import rubato.compress.Rounding;
import rubato.plan.Algorithm;
import rubato.schedule.Span;

class CodecAllReduceTest {
    private static final BlockCodec CODEC = new BlockCodec();

    /** Two roundings: each contribution, then the sum in rank order. */
    private static float[] expected(long step, int size, int length) {
        float[] sum = CODEC.rounded(Contributions.of(step, 0, length));
        for (int rank = 1; rank < size; rank++) {
            float[] x = CODEC.rounded(Contributions.of(step, rank, length));
            for (int i = 0; i < length; i++) sum[i] += x[i];
        }
        return CODEC.rounded(sum);
    }

    private static float[][] sums(Orchestra orchestra, long step, int length, float[][] lost) {
        int size = orchestra.size();
        float[][] vectors = new float[size][];
        orchestra.together((circuit, rank) -> {
            vectors[rank] = Contributions.of(step, rank, length);
            Elements x = new CodedElements(
                    vectors[rank], length, CODEC, lost[rank], new Span(0, length).part(rank, size, CODEC.block()));
            circuit.allReduce(step, x, Reduction.SUM, Algorithm.EXCHANGE, CODEC, circuit.silent());
        });
        return vectors;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 8, 13, 17})
    void every_contribution_and_the_sum_are_rounded_once_and_all_ranks_hold_the_same_bits(int size) {
        Orchestra orchestra = new Orchestra(size, size, new Tuning(64, 512, 100, 0, 0), 1000);
        long step = 0;
        for (int length = 0; length <= 70; length++) check(orchestra, step++, length);
        check(orchestra, step++, 1021);
        check(orchestra, step, 5003);
    }

    private static void check(Orchestra orchestra, long step, int length) {
        float[] right = expected(step, orchestra.size(), length);
        for (float[] vector : sums(orchestra, step, length, new float[orchestra.size()][]))
            assertThat(vector).as("%d on %d", length, orchestra.size()).isEqualTo(right);
    }

    @ParameterizedTest
    @CsvSource({"fp16, 2", "fp16, 5", "fp16, 16", "bf16, 3", "bf16, 8", "bf16, 17", "int8, 2", "int8, 7", "int8, 13"})
    void what_goes_over_the_wire_is_rounded_twice_and_no_more_by_every_real_codec(String name, int size) {
        Codec codec = Codecs.of(name);
        Orchestra orchestra = new Orchestra(size, size, new Tuning(2048, 8192, 3000, 0, 0), 20_000);
        long step = 0;
        for (int length : new int[] {0, 1, 7, 69, 70, 255, 256, 257, 1021, 5003}) {
            float[] sum = new float[length];
            for (int rank = 0; rank < size; rank++) {
                float[] x = Contributions.of(step, rank, length);
                Rounding.apply(codec, x, length);
                for (int i = 0; i < length; i++) sum[i] = rank == 0 ? x[i] : sum[i] + x[i];
            }
            Rounding.apply(codec, sum, length);
            for (float[] vector : sums(orchestra, step++, length, codec))
                assertThat(vector).as("%s, %d on %d", name, length, size).isEqualTo(sum);
        }
    }

    private static float[][] sums(Orchestra orchestra, long step, int length, Codec codec) {
        int size = orchestra.size();
        float[][] vectors = new float[size][];
        orchestra.together((circuit, rank) -> {
            vectors[rank] = Contributions.of(step, rank, length);
            Span own = new Span(0, length).part(rank, size, codec.block());
            Elements x = new CodedElements(vectors[rank], length, codec, null, own);
            circuit.allReduce(step, x, Reduction.SUM, Algorithm.EXCHANGE, codec, circuit.silent());
        });
        return vectors;
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 300})
    void what_the_sum_loses_is_kept_by_its_one_owner(int length) {
        int size = 3;
        float[][] lost = new float[size][length];
        float[] result = sums(new Orchestra(size, 1, new Tuning(64, 512, 200, 0, 0), 1000), 4, length, lost)[0];
        float[] sum = new float[length];
        for (int rank = 0; rank < size; rank++) {
            float[] x = CODEC.rounded(Contributions.of(4, rank, length));
            for (int i = 0; i < length; i++) sum[i] += x[i];
        }
        for (int i = 0; i < length; i++) {
            float kept = 0;
            int keepers = 0;
            for (float[] one : lost) {
                kept += one[i];
                if (one[i] != 0) keepers++;
            }
            assertThat(keepers).isLessThanOrEqualTo(1);
            assertThat(kept).isEqualTo(sum[i] - result[i]);
        }
    }

    @Test
    void sockets_carry_the_same_bits() {
        try (Ranks ranks = new Ranks(3)) {
            List<float[]> vectors = ranks.all(collective -> {
                float[] vector = Contributions.of(1, collective.rank(), 40_000);
                Collective.Manner manner = new Collective.Manner(Algorithm.EXCHANGE, CODEC);
                collective.allReduce(1, vector, vector.length, new long[0], manner);
                return vector;
            });
            for (float[] vector : vectors)
                assertThat(java.util.Arrays.equals(vector, expected(1, 3, 40_000)))
                        .isTrue();
        }
    }

    @Test
    void other_algorithms_refuse_a_codec() {
        assertThatThrownBy(() -> new Collective.Manner(Algorithm.RING, CODEC))
                .hasMessage(
                        "codec block needs algorithm exchange, was ring, which would round the sums again at every hop");
    }
}
