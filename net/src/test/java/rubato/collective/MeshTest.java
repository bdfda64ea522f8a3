package rubato.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import rubato.net.Peer;
import rubato.net.Token;
import rubato.world.WorkerId;

@Timeout(30)
class MeshTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Mesh> doors = new ArrayList<>();
    private final List<Peer> peers = new ArrayList<>();

    @AfterEach
    void close() {
        doors.forEach(Mesh::close);
        threads.shutdownNow();
    }

    private void open(int members) {
        Token token = Token.random();
        for (int i = 0; i < members; i++) {
            WorkerId worker = new WorkerId("worker-" + i, i + 1);
            Mesh door = Mesh.open(token, worker);
            doors.add(door);
            peers.add(new Peer(worker, door.address()));
        }
    }

    private Future<Collective> connect(long number, int rank, int members, CompletableFuture<Void> ended) {
        return threads.submit(
                () -> doors.get(rank).connect(1, number, rank, peers.subList(0, members), LONG, ended::isDone));
    }

    @Test
    void waiting_for_a_member_that_never_comes_ends_with_the_generation_and_healthy_links_are_kept() throws Exception {
        open(3);
        CompletableFuture<Void> never = new CompletableFuture<>();
        Future<Collective> first = connect(1, 0, 2, never);
        Future<Collective> second = connect(1, 1, 2, never);
        first.get(20, TimeUnit.SECONDS);
        second.get(20, TimeUnit.SECONDS);
        long made = doors.get(0).linksMade() + doors.get(1).linksMade();

        CompletableFuture<Void> ended = new CompletableFuture<>();
        doors.get(2).close();
        Future<Collective> third = connect(2, 1, 3, ended);
        assertThat(third.isDone()).isFalse();
        ended.complete(null);
        assertThatThrownBy(() -> third.get(20, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(CollectiveException.class);

        Future<Collective> fourth = connect(3, 0, 2, never);
        Future<Collective> fifth = connect(3, 1, 2, never);
        fourth.get(20, TimeUnit.SECONDS);
        fifth.get(20, TimeUnit.SECONDS);
        assertThat(doors.get(0).linksMade() + doors.get(1).linksMade()).isEqualTo(made);
    }
}
