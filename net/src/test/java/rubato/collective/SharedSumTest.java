package rubato.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import rubato.net.Damage;
import rubato.plan.Algorithm;
import rubato.random.SplitMix;

/** Float sums of a group go through the memory of its host and cannot be told from those over the streams. */
@Timeout(120)
class SharedSumTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final int ALLOCATION_CALLS = 2_000;

    @TempDir
    Path directory;

    private GroupRanks ranks(int size, Duration deadline) {
        return new GroupRanks(size, directory.resolve("" + System.nanoTime()), deadline);
    }

    private static float[] reduced(Group group, Group own, int length, Reduction how) {
        float[] vector = Contributions.of(length, own.rank(), length);
        group.allReduce(Elements.of(vector), how);
        return vector;
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5})
    void the_bits_are_those_of_the_streams(int size) {
        try (GroupRanks ranks = ranks(size, LONG)) {
            ranks.all(group -> {
                Group streams = group.split(0, group.rank());
                assertThat(group.sumsInMemory()).isTrue();
                assertThat(streams.sumsInMemory()).isFalse();
                for (int length = 0; length <= 70; length++) requireSame(group, streams, length);
                for (int length : new int[] {4_099, 32_769, 70_001, 131_073, 262_143, 400_001})
                    requireSame(group, streams, length);
                return true;
            });
        }
    }

    private static void requireSame(Group group, Group streams, int length) {
        for (Reduction how : List.of(Reduction.SUM, Reduction.MEAN)) {
            assertThat(reduced(group, group, length, how))
                    .as("%s of %d at rank %d", how, length, group.rank())
                    .isEqualTo(reduced(streams, group, length, how));
        }
    }

    /** Any order that all ranks follow is right, also where some are an operation ahead. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void sums_in_memory_mix_with_operations_over_the_streams(long seed) {
        try (GroupRanks ranks = ranks(4, LONG)) {
            ranks.all(group -> {
                Group part = group.split(group.rank() % 2, 0);
                SplitMix same = new SplitMix(seed);
                SplitMix own = new SplitMix(seed * 100 + group.rank());
                for (int i = 0; i < 600; i++) {
                    int kind = same.nextInt(7);
                    int length = same.nextInt(20) == 0 ? 150_000 : 1 + same.nextInt(40);
                    int turns = own.nextInt(own.nextInt(10) == 0 ? 2_000 : 20);
                    while (turns-- > 0) Thread.yield();
                    assertThat(last(group, part, kind, length))
                            .as("seed %d, operation %d of kind %d at rank %d", seed, i, kind, group.rank())
                            .isEqualTo(kind == 5 ? 2 : kind == 6 ? 3 : 10);
                }
                return true;
            });
        }
    }

    /** Runs an operation. @return the last element of its result */
    private static float last(Group group, Group part, int kind, int length) {
        float[] x = new float[length];
        x[length - 1] = group.rank() + 1;
        int[] y = {group.rank() + 1};
        switch (kind) {
            case 0 -> group.allReduce(Elements.of(x), Reduction.SUM, Algorithm.RING);
            case 1 -> group.allReduce(Elements.of(y), Reduction.SUM);
            case 5 -> {
                x[length - 1] = 1;
                part.allReduce(x);
            }
            case 6 -> group.broadcast(Elements.of(x), 2);
            default -> group.allReduce(x);
        }
        return kind == 1 ? y[0] : x[length - 1];
    }

    @Test
    void abort_ends_the_wait_here_and_at_the_others_and_leaves_the_input() {
        try (GroupRanks ranks = ranks(3, LONG)) {
            float[] from = {1, 2, 3};
            Future<?> zero = ranks.start(0, group -> {
                group.allReduce(from, new float[3], Reduction.SUM);
                return true;
            });
            Future<?> one = ranks.start(1, group -> reduced(group, group, 3, Reduction.SUM));
            ranks.awaitBegun(0);
            ranks.awaitBegun(1);
            ranks.get(0).abort("enough");
            assertThatThrownBy(() -> Ranks.result(zero)).hasMessage("enough");
            assertThatThrownBy(() -> Ranks.result(one))
                    .hasMessage("rank 0 gave up: enough")
                    .isInstanceOfSatisfying(
                            CollectiveException.class,
                            e -> assertThat(e.peerRank()).isZero());
            assertThat(from).containsExactly(1, 2, 3);
            assertThatThrownBy(() -> ranks.get(0).allReduce(from)).hasMessage("enough");
            // all it needs of the first sum may be there
            assertThatThrownBy(() -> {
                        ranks.get(2).allReduce(from);
                        ranks.get(2).allReduce(from);
                    })
                    .isInstanceOf(CollectiveException.class);
        }
    }

    @Test
    void abort_by_a_rank_at_rest_ends_the_wait_of_the_others() {
        try (GroupRanks ranks = ranks(3, LONG)) {
            List<Future<float[]>> waiting = List.of(
                    ranks.start(0, group -> reduced(group, group, 3, Reduction.SUM)),
                    ranks.start(1, group -> reduced(group, group, 3, Reduction.SUM)));
            ranks.awaitBegun(0);
            ranks.awaitBegun(1);
            ranks.get(2).abort("enough");
            for (Future<float[]> future : waiting)
                assertThatThrownBy(() -> Ranks.result(future)).hasMessageEndingWith("gave up: enough");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 1_000_000})
    void a_rank_that_leaves_is_named(int length) {
        try (GroupRanks ranks = ranks(3, LONG)) {
            List<Future<float[]>> waiting = List.of(
                    ranks.start(0, group -> reduced(group, group, length, Reduction.SUM)),
                    ranks.start(1, group -> reduced(group, group, length, Reduction.SUM)));
            ranks.awaitBegun(0);
            ranks.awaitBegun(1);
            ranks.get(2).close();
            for (Future<float[]> future : waiting)
                assertThatThrownBy(() -> Ranks.result(future)).hasMessageContaining("rank 2 closed its connection");
        }
    }

    @Test
    void a_rank_that_closes_its_own_group_in_the_middle_ends_its_own_wait() {
        try (GroupRanks ranks = ranks(2, LONG)) {
            Future<float[]> zero = ranks.start(0, group -> reduced(group, group, 3, Reduction.SUM));
            ranks.awaitBegun(0);
            ranks.get(0).close();
            assertThatThrownBy(() -> Ranks.result(zero)).hasMessage("the collective is closed");
        }
    }

    @Test
    void a_rank_that_does_not_come_is_named_with_its_last_operation_by_all_others() {
        try (GroupRanks ranks = ranks(3, Duration.ofMillis(400))) {
            ranks.all(group -> reduced(group, group, 5, Reduction.SUM));
            ranks.all(group -> reduced(group, group, 5, Reduction.SUM));
            List<Future<float[]>> waiting = List.of(
                    ranks.start(0, group -> reduced(group, group, 5, Reduction.SUM)),
                    ranks.start(1, group -> reduced(group, group, 5, Reduction.SUM)));
            for (Future<float[]> future : waiting)
                assertThatThrownBy(() -> Ranks.result(future))
                        .hasMessage("rank 2 (last #1) has not entered #2 within 400 ms");
            assertThat(ranks.get(0).flight()).last().isEqualTo("#2 ALL_REDUCE 20 bytes: not finished");
        }
    }

    @Test
    void usage_tells_how_long_a_rank_that_came_late_was_waited_for() {
        try (GroupRanks ranks = ranks(2, LONG)) {
            int rounds = 0;
            do {
                Future<float[]> zero = ranks.start(0, group -> reduced(group, group, 5, Reduction.SUM));
                ranks.awaitBegun(0);
                Ranks.result(ranks.start(1, group -> reduced(group, group, 5, Reduction.SUM)));
                Ranks.result(zero);
                rounds++;
            } while (ranks.get(0).usage().waitNanos()[1] == 0);
            long calls = rounds;
            assertThat(ranks.get(0).usage().operations()).singleElement().satisfies(operations -> {
                assertThat(operations.calls()).isEqualTo(calls);
                assertThat(operations.bytes()).isEqualTo(20 * calls);
            });
        }
    }

    @Test
    void a_call_allocates_nothing() {
        try (GroupRanks ranks = ranks(2, LONG)) {
            List<Long> allocated = ranks.all(group -> {
                Elements brief = Elements.of(new float[16]);
                Elements lengthy = Elements.of(new float[150_000]);
                run(group, brief, lengthy, 200);
                long before = Damage.allocated();
                run(group, brief, lengthy, ALLOCATION_CALLS);
                return Damage.allocated() - before;
            });
            // one smallest object a call would be 16 bytes; sleeping on a busy machine may take a few
            assertThat(allocated).allMatch(bytes -> bytes < 16L * ALLOCATION_CALLS);
        }
    }

    private static void run(Group group, Elements brief, Elements lengthy, int calls) {
        for (int i = 0; i < calls; i++) group.allReduce(i % 100 == 0 ? lengthy : brief, Reduction.MEAN);
    }
}
