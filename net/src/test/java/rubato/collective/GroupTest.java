package rubato.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rubato.net.Token;
import rubato.plan.Algorithm;
import rubato.plan.Topology;
import rubato.policy.AlgorithmChoice;
import rubato.schedule.Span;

class GroupTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Token token = Token.random();

    @TempDir
    Path directory;

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    interface Work<T> {
        T run(Group group) throws Exception;
    }

    private <T> List<T> all(int size, Work<T> work) {
        return all(size, Rendezvous.in(directory.resolve("" + System.nanoTime()), token), work);
    }

    private <T> List<T> all(int size, Rendezvous rendezvous, Work<T> work) {
        List<Future<T>> futures = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            int rank = i;
            futures.add(threads.submit(() -> {
                try (Group group = Group.join(rendezvous, rank, size, PATIENCE)) {
                    T result = work.run(group);
                    group.barrier();
                    return result;
                }
            }));
        }
        return Ranks.results(futures);
    }

    @Test
    void ranks_meet_in_a_directory_and_sum() {
        List<float[]> sums = all(3, group -> {
            float[] x = {group.rank(), 1};
            group.allReduce(x);
            return x;
        });
        assertThat(sums).allSatisfy(x -> assertThat(x).containsExactly(3, 3));
    }

    /** The example of docs/collectives.md, word for word but for where rank, size and token come from. */
    @Test
    void the_example_of_the_documentation_runs() throws IOException {
        int port = Sockets.freePort();
        List<Future<float[]>> futures = new ArrayList<>();
        int size = 4;
        for (int i = 0; i < size; i++) {
            int rank = i;
            futures.add(threads.submit(() -> {
                Rendezvous rendezvous = Rendezvous.at("127.0.0.1", port, token);
                try (Group group = Group.join(rendezvous, rank, size, Duration.ofSeconds(30))) {
                    float[] gradient = {rank, 1, 2};
                    group.allReduce(gradient);
                    long[] highest = {rank};
                    group.allReduce(Elements.of(highest), Reduction.MAX);
                    Group half = group.split(rank % 2, rank);
                    half.broadcast(Elements.of(gradient), 0);
                    assertThat(highest).containsExactly(3);
                    group.barrier();
                    return gradient;
                }
            }));
        }
        assertThat(Ranks.results(futures)).allSatisfy(x -> assertThat(x).containsExactly(6, 4, 8));
        String page = Files.readString(Path.of("../docs/collectives.md"));
        String test = Files.readString(Path.of("src/test/java/rubato/collective/GroupTest.java"));
        page.substring(page.indexOf("try (Group group"), page.indexOf("\n}\n```"))
                .lines()
                .forEach(line -> assertThat(test).contains(line.strip()));
    }

    @Test
    void a_group_that_was_split_off_works_beside_the_one_it_came_from() {
        List<String> seen = all(5, group -> {
            Group part = group.split(group.rank() % 2, -group.rank());
            float[] x = {1 << group.rank()};
            part.allReduce(x);
            float[] y = {1};
            group.allReduce(y);
            long[][] ranks = part.gatherWords(group.rank());
            return (int) x[0] + " " + (int) y[0] + " " + part.rank() + "/" + part.size() + " first " + ranks[0][0];
        });
        assertThat(seen)
                .containsExactly(
                        "21 5 2/3 first 4",
                        "10 5 1/2 first 3",
                        "21 5 1/3 first 4",
                        "10 5 0/2 first 3",
                        "21 5 0/3 first 4");
    }

    @Test
    void a_vector_can_be_reduced_in_parts_and_put_together_again() {
        List<int[]> sums = all(3, group -> {
            int[] x = {1, 2, 3, 4, 5, 6, 7};
            Span own = group.reduceScatter(Elements.of(x), Reduction.SUM);
            assertThat(own).isEqualTo(group.part(7));
            group.allGather(Elements.of(x));
            return x;
        });
        assertThat(sums).allSatisfy(x -> assertThat(x).containsExactly(3, 6, 9, 12, 15, 18, 21));
    }

    @Test
    void the_input_of_an_all_reduce_into_another_array_stays() {
        List<float[]> inputs = all(2, group -> {
            float[] from = {group.rank() + 1};
            float[] into = new float[1];
            group.allReduce(from, into, Reduction.MEAN);
            assertThat(into).containsExactly(1.5f);
            return from;
        });
        assertThat(inputs.get(0)).containsExactly(1);
    }

    @Test
    void ranks_that_call_different_operations_are_both_named() {
        List<String> errors = all(
                2,
                group -> {
                    try {
                        if (group.rank() == 0) group.barrier();
                        else group.broadcast(Elements.of(new byte[3]), 0);
                    } catch (CollectiveException e) {
                        return e.getMessage();
                    }
                    return "none";
                },
                CollectiveException.class);
        assertThat(errors)
                .containsExactly(
                        "rank 1 is at operation BROADCAST, rank 0 at operation BARRIER",
                        "rank 0 is at operation BARRIER, rank 1 at operation BROADCAST");
    }

    private <T> List<T> all(int size, Work<T> work, Class<? extends Exception> allowedAtTheEnd) {
        Rendezvous rendezvous = Rendezvous.in(directory.resolve("" + System.nanoTime()), token);
        List<Future<T>> futures = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            int rank = i;
            futures.add(threads.submit(() -> {
                try (Group group = Group.join(rendezvous, rank, size, PATIENCE)) {
                    T result = work.run(group);
                    assertThatThrownBy(group::barrier).isInstanceOf(allowedAtTheEnd);
                    return result;
                }
            }));
        }
        return Ranks.results(futures);
    }

    @Test
    void usage_and_flight_tell_what_was_done() {
        all(2, group -> {
            group.allReduce(new float[10]);
            group.allReduce(new float[20]);
            group.use(Algorithm.RING);
            group.allReduce(new float[30]);
            assertThat(group.usage().operations()).singleElement().satisfies(operations -> {
                assertThat(operations.kind()).isEqualTo("ALL_REDUCE");
                assertThat(operations.calls()).isEqualTo(3);
                assertThat(operations.bytes()).isEqualTo(240);
                assertThat(operations.nanos()).isPositive();
            });
            assertThat(group.flight()).hasSize(3).last().asString().startsWith("#2 ALL_REDUCE 120 bytes: ");
            return true;
        });
    }

    @Test
    void all_ranks_measure_the_same_costs_and_choose_the_same_algorithm() {
        List<AlgorithmChoice> choices = all(3, group -> group.measure(new Topology(List.of(0, 0, 1)), 1 << 18));
        assertThat(choices).allSatisfy(choice -> assertThat(choice).isEqualTo(choices.get(0)));
        AlgorithmChoice choice = choices.get(0);
        assertThat(choice.costs().near().alphaNanos()).isPositive();
        assertThat(choice.costs().far().alphaNanos()).isPositive();
        assertThat(choice.ranked(1 << 20)).hasSize(4);
        assertThat(choice.costs().sums())
                .hasSize(4)
                .allSatisfy(sum -> assertThat(sum.nanos()).isPositive());
    }

    @Test
    void a_rank_that_does_not_come_is_named() {
        Rendezvous rendezvous = Rendezvous.in(directory, token);
        assertThatThrownBy(() -> Group.join(rendezvous, 0, 2, Duration.ofMillis(50)))
                .isInstanceOf(CollectiveException.class)
                .hasMessage("rank 1 did not come to " + directory);
    }

    private static final class Sockets {
        static int freePort() throws IOException {
            try (java.net.ServerSocket socket = new java.net.ServerSocket(0)) {
                return socket.getLocalPort();
            }
        }
    }
}
