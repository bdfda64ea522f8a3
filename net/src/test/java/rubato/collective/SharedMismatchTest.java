package rubato.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import rubato.plan.Algorithm;

/** One rank sums floats in memory while another does anything else: both are told at once in what they differ. */
@Timeout(60)
class SharedMismatchTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    @TempDir
    Path directory;

    /** What a rank does instead of a sum of ten floats, and what it is then said to be at. */
    enum Instead {
        A_BARRIER("operation BARRIER", "operation ALL_REDUCE", Group::barrier),
        A_BROADCAST("operation BROADCAST", "operation ALL_REDUCE", g -> g.broadcast(Elements.of(new float[10]), 0)),
        WORDS("operation BARRIER", "operation ALL_REDUCE", g -> g.gatherWords(1, 2)),
        A_SPLIT("operation BARRIER", "operation ALL_REDUCE", g -> g.split(0, 0)),
        INTEGERS("type int32", "type float32", g -> g.allReduce(Elements.of(new int[10]), Reduction.SUM)),
        A_MAXIMUM("reduction MAX", "reduction SUM", g -> g.allReduce(Elements.of(new float[10]), Reduction.MAX)),
        A_RING("algorithm ring", "algorithm exchange", g -> g.allReduce(ten(), Reduction.SUM, Algorithm.RING)),
        A_PART("group 1009", "group 0", g -> g.overStreams().allReduce(new float[10])),
        A_LARGE_BROADCAST("operation BROADCAST", "operation ALL_REDUCE", g -> g.broadcast(million(), g.rank())),
        A_MEAN("reduction MEAN", "reduction SUM", g -> g.allReduce(ten(), Reduction.MEAN)),
        MORE("length 11", "length 10", g -> g.allReduce(new float[11])),
        MANY_MORE("length 1000000", "length 10", g -> g.allReduce(million(), Reduction.SUM)),
        THE_NEXT("#1", "#0", Instead::skip);

        private final String other;
        private final String sum;
        private final GroupWork work;

        Instead(String other, String sum, GroupWork work) {
            this.other = other;
            this.sum = sum;
            this.work = work;
        }

        private static Elements ten() {
            return Elements.of(new float[10]);
        }

        private static Elements million() {
            return Elements.of(new float[1_000_000]);
        }

        private static void skip(Group group) {
            try {
                group.broadcast(ten(), 99);
            } catch (IllegalArgumentException e) {
                group.allReduce(new float[10]);
            }
        }
    }

    private interface GroupWork {
        void run(Group group);
    }

    private static boolean sum(Group group) {
        group.allReduce(new float[10]);
        return true;
    }

    private static boolean other(Group group, Instead instead) {
        instead.work.run(group);
        return true;
    }

    private static CollectiveException failure(Future<?> future) {
        CollectiveException e = catchThrowableOfType(CollectiveException.class, () -> Ranks.result(future));
        assertThat(e).as("a CollectiveException").isNotNull();
        return e;
    }

    private static void requireBothNamed(Future<?> sums, int sumRank, Future<?> others, int otherRank, Instead what) {
        String bySum = "rank " + otherRank + " is at " + what.other + ", rank " + sumRank + " at " + what.sum;
        String byOther = "rank " + sumRank + " is at " + what.sum + ", rank " + otherRank + " at " + what.other;
        CollectiveException ofSum = failure(sums);
        CollectiveException ofOther = failure(others);
        assertThat(ofSum.getMessage()).isIn(bySum, "rank " + otherRank + " gave up: " + byOther);
        assertThat(ofOther.getMessage()).isIn(byOther, "rank " + sumRank + " gave up: " + bySum);
        assertThat(ofSum.peerRank()).isEqualTo(otherRank);
        assertThat(ofOther.peerRank()).isEqualTo(sumRank);
    }

    @ParameterizedTest
    @EnumSource
    void the_sum_waits_first(Instead instead) {
        try (GroupRanks ranks = new GroupRanks(2, directory, LONG)) {
            Future<?> sums = ranks.start(0, SharedMismatchTest::sum);
            ranks.awaitBegun(0);
            Future<?> others = ranks.start(1, group -> other(group, instead));
            requireBothNamed(sums, 0, others, 1, instead);
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_other_waits_first(Instead instead) {
        try (GroupRanks ranks = new GroupRanks(2, directory, LONG)) {
            Future<?> others = ranks.start(0, group -> other(group, instead));
            ranks.awaitBegun(0);
            Future<?> sums = ranks.start(1, SharedMismatchTest::sum);
            requireBothNamed(sums, 1, others, 0, instead);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void of_four_ranks_all_hear_of_the_one_that_differs(int odd) {
        try (GroupRanks ranks = new GroupRanks(4, directory, LONG)) {
            ranks.all(SharedMismatchTest::sum);
            List<Future<Boolean>> futures = new ArrayList<>();
            for (int rank = 0; rank < 4; rank++)
                futures.add(
                        ranks.start(rank, group -> group.rank() == odd ? other(group, Instead.A_BARRIER) : sum(group)));
            for (Future<Boolean> future : futures)
                assertThat(failure(future)).hasMessageMatching(".*rank " + odd + " (is )?at operation BARRIER.*");
        }
    }
}
