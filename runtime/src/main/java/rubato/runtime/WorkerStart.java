package rubato.runtime;

import java.nio.file.Path;
import java.time.Duration;
import rubato.world.WorkerId;

/** Starts this process's worker. */
public final class WorkerStart {
    private static final Duration STEP = Duration.ofSeconds(60);

    private WorkerStart() {}

    /**
     * Joins a run and trains until it ends.
     *
     * @param directory where checkpoints are, on a file system shared with the run
     * @return exit code; failures are thrown
     */
    public static int run(Endpoint endpoint, String name, String software, Path directory, Path dataHome) {
        Interrupts.ignoreInterrupt();
        SystemClock clock = new SystemClock();
        WorkerId id = new WorkerId(name, clock.epochMillis());
        return new WorkerService(
                        new WorkerService.Terms(endpoint, id, software, "127.0.0.1", directory, dataHome, STEP), clock)
                .run();
    }
}
