package rubato.protocol;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The workers that left or died last. */
final class Gone {
    private static final int KEPT = 100;
    private final Deque<RunStatus.WorkerStatus> workers = new ArrayDeque<>();

    void left(Peer peer) {
        add(peer, "left");
    }

    void died(Peer peer) {
        add(peer, "dead");
    }

    private void add(Peer peer, String state) {
        workers.addLast(RunStatus.WorkerStatus.of(peer, -1, state));
        if (workers.size() > KEPT) workers.removeFirst();
    }

    List<RunStatus.WorkerStatus> workers() {
        return List.copyOf(workers);
    }
}
