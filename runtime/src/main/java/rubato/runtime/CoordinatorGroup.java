package rubato.runtime;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The coordinators as child processes. The run ends with the one that leads when it ends, or when none is left. */
final class CoordinatorGroup implements AutoCloseable {
    private static final int LAST_OWN_CODE = 4;

    private final List<CoordinatorProcess> processes = new ArrayList<>();
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();

    /** Guarded by this. */
    private boolean finished;

    private String failure = "";
    private int gone;
    private int last;

    CoordinatorGroup(List<String> command, Map<String, String> environment, Path run, int count) {
        for (int id = 0; id < count; id++)
            processes.add(new CoordinatorProcess(command, environment, run, id, count == 1));
        for (int id = 0; id < count; id++) {
            int which = id;
            processes.get(id).ended().thenAccept(code -> gone(which, code));
        }
    }

    void start() {
        processes.forEach(process -> process.start(false));
    }

    /** Completes with the exit code once the run has ended, well or not. */
    CompletableFuture<Integer> ended() {
        return ended;
    }

    /** The leader has said that the run is over; the next to end is the one that leads. */
    synchronized void finished() {
        finished = true;
    }

    /** The run cannot go on; what it has is in its ledger. */
    synchronized void fail(String reason) {
        failure = reason;
        ended.complete(CoordinatorProcess.LOST);
    }

    private synchronized void gone(int id, int code) {
        gone++;
        last = id;
        boolean own = code <= LAST_OWN_CODE;
        if (finished && own) ended.complete(code);
        else if (gone == processes.size()) ended.complete(own ? code : CoordinatorProcess.LOST);
    }

    /** Why the run failed, or else the last line of the coordinator that ended last, for an error message. */
    synchronized String lastLine() {
        return !failure.isEmpty() ? failure : processes.get(last).lastLine();
    }

    @Override
    public void close() {
        processes.forEach(CoordinatorProcess::close);
    }
}
