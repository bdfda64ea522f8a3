package rubato.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import rubato.plan.Algorithm;
import rubato.schedule.Span;

class PartialTest {
    private static final int LENGTH = 50_021;

    private static float[] inPieces(Collective collective, long step, int bucket, Algorithm algorithm, long seed) {
        float[] whole = Contributions.of(step, collective.rank(), LENGTH);
        float[] vector = new float[LENGTH];
        Collective.Partial partial =
                collective.start(step, vector, LENGTH, bucket, new Collective.Manner(algorithm, null));
        List<Span> pieces = new ArrayList<>();
        for (int from = 0; from < LENGTH; from += 7_001) pieces.add(new Span(from, Math.min(LENGTH, from + 7_001)));
        Collections.shuffle(pieces, new Random(seed + collective.rank()));
        for (Span piece : pieces) {
            System.arraycopy(whole, piece.from(), vector, piece.from(), piece.length());
            partial.ready(piece.from(), piece.to());
        }
        Gathered gathered = partial.finish(new long[] {collective.rank()});
        for (int rank = 0; rank < collective.size(); rank++)
            assertThat(gathered.controls()[rank]).containsExactly(rank);
        return vector;
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 9_000, 50_021, 1_000_000})
    void a_vector_that_becomes_ready_in_pieces_of_any_order_is_summed_all_the_same(int bucket) {
        try (Ranks ranks = new Ranks(3)) {
            float[] right = Contributions.rankOrderSum(1, 3, LENGTH);
            List<float[]> sums = ranks.all(c -> inPieces(c, 1, bucket, Algorithm.EXCHANGE, 5));
            assertThat(sums).allSatisfy(sum -> assertThat(sum).isEqualTo(right));
        }
    }

    @Test
    void other_algorithms_take_buckets_too_and_all_ranks_hold_the_same_bits() {
        try (Ranks ranks = new Ranks(4)) {
            for (Algorithm algorithm : List.of(Algorithm.RING, Algorithm.HALVING)) {
                List<float[]> sums = ranks.all(c -> inPieces(c, 2, 8_192, algorithm, 6));
                assertThat(sums).allSatisfy(sum -> assertThat(sum).isEqualTo(sums.get(0)));
            }
        }
    }

    @Test
    void what_is_not_ready_cannot_be_finished() {
        try (Ranks ranks = new Ranks(1)) {
            Collective.Partial partial = ranks.get(0).start(3, new float[10], 10, 4, Collective.Manner.PLAIN);
            partial.ready(6, 10);
            assertThatThrownBy(() -> partial.finish(new long[0])).hasMessage("bucket 1 of 3 is not ready in step 3");
        }
    }
}
