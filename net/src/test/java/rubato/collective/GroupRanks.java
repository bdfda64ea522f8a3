package rubato.collective;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import rubato.net.Token;

/** Ranks of one group as threads of this process. */
final class GroupRanks implements AutoCloseable {
    interface Work<T> {
        T run(Group group) throws Exception;
    }

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Group> groups;

    /** @param directory to meet in, new */
    GroupRanks(int size, Path directory, Duration deadline) {
        Rendezvous rendezvous = Rendezvous.in(directory, Token.random());
        List<Future<Group>> joining = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            int rank = i;
            joining.add(threads.submit(() -> Group.join(rendezvous, rank, size, deadline)));
        }
        groups = Ranks.results(joining);
    }

    Group get(int rank) {
        return groups.get(rank);
    }

    <T> Future<T> start(int rank, Work<T> work) {
        return threads.submit(() -> work.run(groups.get(rank)));
    }

    <T> List<T> all(Work<T> work) {
        List<Future<T>> futures = new ArrayList<>();
        for (int rank = 0; rank < groups.size(); rank++) futures.add(start(rank, work));
        return Ranks.results(futures);
    }

    /** Returns once a rank has begun an operation and not ended it. */
    void awaitBegun(int rank) {
        while (groups.get(rank).flight().stream().noneMatch(line -> line.endsWith("not finished"))) Thread.yield();
    }

    @Override
    public void close() {
        groups.forEach(Group::close);
        threads.shutdownNow();
    }
}
