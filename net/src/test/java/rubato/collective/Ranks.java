package rubato.collective;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import rubato.net.Exposure;
import rubato.net.LinkOptions;
import rubato.net.Peer;
import rubato.net.Token;
import rubato.world.WorkerId;

/** Ranks as threads of this process, connected over loopback. */
final class Ranks implements AutoCloseable {
    interface Work<T> {
        T run(Collective collective) throws Exception;
    }

    final Token token = Token.random();
    final List<Mesh> meshes = new ArrayList<>();
    final List<Collective> collectives = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    Ranks(int size) {
        this(size, Duration.ofSeconds(20));
    }

    Ranks(int size, Duration operation) {
        this(size, operation, LinkOptions.DEFAULT);
    }

    Ranks(int size, Duration operation, LinkOptions links) {
        for (int rank = 0; rank < size; rank++) {
            WorkerId worker = new WorkerId("w" + rank, rank);
            meshes.add(Mesh.open(token, worker, "127.0.0.1", 0, Exposure.LOOPBACK, links, operation));
        }
        connect(1);
    }

    void connect(long number) {
        List<Callable<Collective>> dials = new ArrayList<>();
        for (int rank = 0; rank < meshes.size(); rank++) {
            int own = rank;
            dials.add(() -> meshes.get(own).connect(1, number, own, peers(), Duration.ofSeconds(10)));
        }
        collectives.addAll(results(dials.stream().map(threads::submit).toList()));
    }

    List<Peer> peers() {
        List<Peer> peers = new ArrayList<>();
        for (int rank = 0; rank < meshes.size(); rank++)
            peers.add(new Peer(new WorkerId("w" + rank, rank), meshes.get(rank).address()));
        return peers;
    }

    Collective get(int rank) {
        return collectives.get(rank);
    }

    <T> Future<T> start(int rank, Work<T> work) {
        return threads.submit(() -> work.run(collectives.get(rank)));
    }

    <T> List<T> all(Work<T> work) {
        List<Future<T>> futures = new ArrayList<>();
        for (int rank = 0; rank < collectives.size(); rank++) futures.add(start(rank, work));
        return results(futures);
    }

    static <T> T result(Future<T> future) {
        try {
            return future.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) throw cause;
            throw new AssertionError(e.getCause());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    static <T> List<T> results(List<Future<T>> futures) {
        return futures.stream().map(Ranks::result).toList();
    }

    @Override
    public void close() {
        collectives.forEach(Collective::close);
        meshes.forEach(Mesh::close);
        threads.shutdownNow();
    }
}
