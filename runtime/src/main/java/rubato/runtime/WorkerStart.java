package rubato.runtime;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import rubato.world.WorkerId;

/** Starts this process's worker. */
public final class WorkerStart {
    /** Environment variable with the process id of the launcher whose end is this worker's end. */
    public static final String PARENT = "RUBATO_PARENT";

    private static final Duration STEP = Duration.ofSeconds(60);

    private WorkerStart() {}

    /**
     * Joins a run and trains until it ends. SIGTERM makes it leave the run, after handing over.
     *
     * @param endpoint where a coordinator listens, read anew when it is lost
     * @param directory where checkpoints are, on a file system shared with the run
     * @return exit code; failures are thrown
     */
    public static int run(
            Supplier<Endpoint> endpoint,
            String name,
            boolean standby,
            String software,
            Path directory,
            Path dataHome,
            Reach reach) {
        SystemClock clock = new SystemClock();
        WorkerId id = new WorkerId(name, clock.epochMillis());
        WorkerService service = new WorkerService(
                new WorkerService.Terms(
                        endpoint,
                        id,
                        standby,
                        software,
                        reach.host(endpoint.get()),
                        reach.exposure(),
                        directory,
                        dataHome,
                        STEP,
                        orphaned(System.getenv(PARENT))),
                clock);
        AtomicBoolean terminated = new AtomicBoolean();
        Interrupts.terminate(() -> {
            terminated.set(true);
            service.leave("terminated");
        });
        int code = service.run();
        return code == 0 && terminated.get() ? Interrupts.TERMINATED : code;
    }

    /** A worker started by a launcher ends with it; one started by hand looks for another coordinator. */
    private static BooleanSupplier orphaned(String parent) {
        if (parent == null) return () -> false;
        long pid = Long.parseLong(parent);
        return () -> ProcessHandle.of(pid).map(launcher -> !launcher.isAlive()).orElse(true);
    }
}
