package rubato.runtime;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import rubato.error.RubatoException;
import rubato.net.Route;
import rubato.world.WorkerId;

/** Starts this process's worker. */
public final class WorkerStart {
    /** Environment variable with the process id of the launcher whose end is this worker's end. */
    public static final String PARENT = "RUBATO_PARENT";

    /** Stands for no address: the worker listens where its interfaces, or the run's, say. */
    public static final String HOST = "";

    private static final Duration STEP = Duration.ofSeconds(60);

    /** Environment variable with HOST:PORT of a SOCKS 5 proxy through which peers and coordinator are reached. */
    public static final String PROXY = "RUBATO_SOCKS";

    private WorkerStart() {}

    /**
     * Joins a run and trains until it ends. SIGTERM makes it leave the run, after handing over.
     *
     * @param rendezvous where a coordinator listens, asked anew when it is lost
     * @param host address of this machine where peers reach the worker, and from which it reaches others; or {@link #HOST}
     * @param interfaces that it listens on; empty: as the run's configuration says
     * @param directory where checkpoints are, on a file system shared with the run
     * @return exit code; failures are thrown
     */
    public static int run(
            Rendezvous rendezvous,
            String name,
            boolean standby,
            String host,
            List<String> interfaces,
            String software,
            Path directory,
            Path dataHome) {
        SystemClock clock = new SystemClock();
        WorkerId id = new WorkerId(name, clock.epochMillis());
        String parent = System.getenv(PARENT);
        BooleanSupplier orphaned = orphaned(parent);
        FirstContact contact =
                new FirstContact(rendezvous, clock, LockSupport::parkNanos, () -> parent != null, orphaned);
        WorkerService service = new WorkerService(
                new WorkerTerms(
                        rendezvous::endpoint,
                        id,
                        standby,
                        software,
                        host,
                        interfaces,
                        route(host),
                        directory,
                        dataHome,
                        STEP,
                        orphaned),
                clock,
                contact);
        AtomicBoolean terminated = new AtomicBoolean();
        Interrupts.terminate(() -> {
            terminated.set(true);
            service.leave("terminated");
        });
        int code = run(service, contact);
        return code == 0 && terminated.get() ? Interrupts.TERMINATED : code;
    }

    /** One terminated before it found a coordinator ends like one terminated later. */
    private static int run(WorkerService service, FirstContact contact) {
        try {
            return service.run();
        } catch (RubatoException e) {
            if (contact.gaveWay()) return Interrupts.TERMINATED;
            throw e;
        }
    }

    private static Route route(String host) {
        String proxy = System.getenv(PROXY);
        try {
            return Route.of(host, proxy == null ? "" : proxy);
        } catch (RubatoException e) {
            throw RubatoException.usage(PROXY + ": " + e.getMessage());
        }
    }

    /** A worker started by a launcher ends with it; one started by hand looks for another coordinator. */
    private static BooleanSupplier orphaned(String parent) {
        if (parent == null) return () -> false;
        long pid = Long.parseLong(parent);
        return () -> ProcessHandle.of(pid).map(launcher -> !launcher.isAlive()).orElse(true);
    }
}
