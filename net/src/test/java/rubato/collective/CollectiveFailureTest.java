package rubato.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import rubato.net.Peer;
import rubato.net.Token;
import rubato.world.WorkerId;

class CollectiveFailureTest {
    private static final long[] NO_CONTROL = {};
    private static final Duration SOON = Duration.ofMillis(900);

    private static Gathered reduce(Collective collective, long step, int length) {
        return collective.allReduce(step, new float[length], length, NO_CONTROL);
    }

    private static CollectiveException failure(Future<?> future) {
        CollectiveException e = catchThrowableOfType(CollectiveException.class, () -> Ranks.result(future));
        assertThat(e).as("a CollectiveException").isNotNull();
        return e;
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 1_000_000})
    void a_dead_peer_is_named_by_all_others_at_once(int length) {
        try (Ranks ranks = new Ranks(3)) {
            List<Future<Gathered>> waiting =
                    List.of(ranks.start(0, c -> reduce(c, 5, length)), ranks.start(1, c -> reduce(c, 5, length)));
            LockSupport.parkNanos(20_000_000);
            long start = System.nanoTime();
            ranks.get(2).close();
            List<CollectiveException> failures =
                    waiting.stream().map(CollectiveFailureTest::failure).toList();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
            // the second to notice may blame the first, which hung up in turn
            assertThat(failures).anySatisfy(e -> {
                assertThat(e.peerRank()).isEqualTo(2);
                assertThat(e).hasMessageContaining("rank 2").hasMessageContaining("#5");
            });
        }
    }

    @Test
    void a_peer_that_stops_in_the_middle_of_a_large_vector_does_not_hang_the_others() {
        try (Ranks ranks = new Ranks(2)) {
            Future<Gathered> sending = ranks.start(0, c -> reduce(c, 1, 20_000_000));
            LockSupport.parkNanos(50_000_000);
            ranks.get(1).close();
            assertThat(failure(sending).peerRank()).isEqualTo(1);
        }
    }

    @Test
    void a_peer_that_finishes_and_hangs_up_takes_nothing_from_the_others() {
        for (int round = 0; round < 20; round++) {
            int length = 1 + round * 5_000;
            try (Ranks ranks = new Ranks(3)) {
                List<Boolean> finished = ranks.all(c -> {
                    if (c.rank() == 2) LockSupport.parkNanos(2_000_000);
                    reduce(c, 1, length);
                    c.close();
                    return true;
                });
                assertThat(finished).containsOnly(true);
            }
        }
    }

    @Test
    void abort_from_another_thread_ends_the_wait_and_that_of_the_peers() {
        try (Ranks ranks = new Ranks(3)) {
            Future<Gathered> zero = ranks.start(0, c -> reduce(c, 9, 10));
            Future<Gathered> one = ranks.start(1, c -> reduce(c, 9, 10));
            LockSupport.parkNanos(20_000_000);
            long start = System.nanoTime();
            ranks.get(0).abort("generation 1.2 is sealed");
            assertThat(failure(zero)).hasMessage("generation 1.2 is sealed");
            assertThat(failure(one).peerRank()).isZero();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
            assertThatThrownBy(() -> reduce(ranks.get(0), 10, 1)).hasMessage("generation 1.2 is sealed");
        }
    }

    @Test
    void a_silent_peer_is_named_at_the_deadline() {
        try (Ranks ranks = new Ranks(3, Duration.ofMillis(150))) {
            Future<Gathered> zero = ranks.start(0, c -> reduce(c, 17, 10));
            Future<Gathered> one = ranks.start(1, c -> reduce(c, 17, 10));
            assertThat(List.of(failure(zero), failure(one)))
                    .anySatisfy(e -> assertThat(e)
                            .hasMessage("rank 2 has not entered #17 within 150 ms")
                            .returns(2, CollectiveException::peerRank));
        }
    }

    @Test
    void ranks_in_different_steps_are_both_named_on_both_sides() {
        try (Ranks ranks = new Ranks(2)) {
            Future<Gathered> zero = ranks.start(0, c -> reduce(c, 4, 10));
            Future<Gathered> one = ranks.start(1, c -> reduce(c, 5, 10));
            assertThat(failure(zero)).hasMessage("rank 1 is at #5, rank 0 at #4");
            assertThat(failure(one)).hasMessage("rank 0 is at #4, rank 1 at #5");
        }
    }

    @Test
    void ranks_with_different_lengths_are_both_named_on_both_sides() {
        try (Ranks ranks = new Ranks(2)) {
            Future<Gathered> zero = ranks.start(0, c -> reduce(c, 4, 10));
            Future<Gathered> one = ranks.start(1, c -> reduce(c, 4, 3_000_000));
            assertThat(failure(zero)).hasMessage("rank 1 is at length 3000000, rank 0 at length 10");
            assertThat(failure(one)).hasMessage("rank 0 is at length 10, rank 1 at length 3000000");
        }
    }

    @Test
    void a_new_generation_works_after_the_old_one_broke() {
        try (Ranks ranks = new Ranks(3)) {
            ranks.get(1).close();
            ranks.collectives.forEach(Collective::close);
            ranks.collectives.clear();
            ranks.connect(2);
            ranks.all(c -> reduce(c, 1, 1000));
        }
    }

    @Test
    void a_generation_before_the_last_is_refused_by_its_peers() {
        try (Ranks ranks = new Ranks(2)) {
            try (Mesh late = Mesh.open(ranks.token, new WorkerId("late", 1))) {
                List<Peer> addresses = List.of(
                        new Peer(new WorkerId("late", 1), late.address()),
                        ranks.peers().get(1));
                assertThatThrownBy(() -> late.connect(1, 0, 0, addresses, Duration.ofSeconds(2)))
                        .isInstanceOf(CollectiveException.class)
                        .hasMessageContaining("its generation has passed");
            }
        }
    }

    @Test
    void a_peer_that_never_connects_is_named_at_the_deadline() {
        Token token = Token.random();
        try (Mesh absent = Mesh.open(token, new WorkerId("absent", 1));
                Mesh mesh = Mesh.open(token, new WorkerId("w", 1))) {
            List<Peer> addresses = List.of(
                    new Peer(new WorkerId("absent", 1), absent.address()),
                    new Peer(new WorkerId("w", 1), mesh.address()));
            assertThatThrownBy(() -> mesh.connect(1, 1, 1, addresses, Duration.ofMillis(100)))
                    .isInstanceOf(CollectiveException.class)
                    .hasMessageContaining("rank 0 did not connect in time");
        }
    }

    @Test
    void a_peer_with_another_token_is_named() {
        try (Mesh other = Mesh.open(Token.random(), new WorkerId("other", 1));
                Mesh mesh = Mesh.open(Token.random(), new WorkerId("w", 1))) {
            List<Peer> addresses = List.of(
                    new Peer(new WorkerId("w", 1), mesh.address()),
                    new Peer(new WorkerId("other", 1), other.address()));
            assertThatThrownBy(() -> mesh.connect(1, 1, 0, addresses, Duration.ofSeconds(2)))
                    .isInstanceOf(CollectiveException.class)
                    .hasMessageContaining("cannot reach rank 1: wrong token for 127.0.0.1");
        }
    }
}
