package rubato.chaos;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import rubato.protocol.RunStatus;
import rubato.random.SplitMix;
import rubato.seam.Clock;

/**
 * What a fault works with.
 *
 * @param later undoes what was done
 * @param workers how many the run wants when nothing is done to it
 */
record Scene(Job job, RunStatus status, SplitMix random, Clock clock, ScheduledExecutorService later, int workers) {
    /** Members that train now, with their processes. */
    List<RunStatus.WorkerStatus> members() {
        return status.workers().stream()
                .filter(w -> w.state().equals("training") && w.rank() >= 0 && w.pid() > 0)
                .toList();
    }

    RunStatus.WorkerStatus anyMember() {
        List<RunStatus.WorkerStatus> members = members();
        return members.get(random.nextInt(members.size()));
    }

    long between(long least, long most) {
        return least + random.nextInt((int) (most - least + 1));
    }

    Struck now(FaultKind kind, String target) {
        long at = clock.epochMillis();
        return new Struck(kind, target, at, at);
    }

    /** Undoes something after a while. @return done when it is undone */
    CompletableFuture<Void> after(long millis, Runnable undo) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        later.schedule(
                () -> {
                    try {
                        undo.run();
                        done.complete(null);
                    } catch (RuntimeException e) {
                        done.completeExceptionally(e);
                    }
                },
                millis,
                TimeUnit.MILLISECONDS);
        return done;
    }
}
