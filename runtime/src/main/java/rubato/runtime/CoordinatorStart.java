package rubato.runtime;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import rubato.config.RunConfig;
import rubato.data.Split;
import rubato.error.RubatoException;
import rubato.event.Event;
import rubato.event.Listener;
import rubato.ledger.RunLock;
import rubato.log.ReplicationEngine;
import rubato.seam.Clock;

/**
 * Runs the coordinator of a run in a process of its own. It may be killed and started again at any time: the ledger says where
 * the run stands, workers wait and come back.
 */
public final class CoordinatorStart {
    private static final long WATCH_NANOS = 500_000_000;

    private CoordinatorStart() {}

    /**
     * @param takeover go on under the newest plan as it is; otherwise the stop conditions are the configuration's
     * @param listeners made once the run directory is this process's own
     * @return empty if the run had ended before
     */
    @SuppressWarnings("try") // the lock is held, not used
    public static Optional<Training.Result> run(
            Path run,
            int id,
            boolean takeover,
            Path dataHome,
            String software,
            Function<Path, List<Listener>> listeners) {
        RunDirectory directory = new RunDirectory(run);
        RunConfig config = RunConfig.load(Optional.of(directory.config()), List.of());
        Clock clock = new SystemClock();
        Split data = Setup.data(config, dataHome, line -> {});
        if (config.coordinators().count() > 1)
            return replicated(directory, config, data, id, takeover, software, listeners);
        try (RunLock lock = RunLock.take(run)) {
            watchLauncher();
            boolean fresh = !Files.isDirectory(directory.ledger());
            Start start = fresh
                    ? Start.fresh(directory, config, data, software)
                    : Start.resumed(directory, config, data, takeover);
            SummaryKeeper keeper =
                    new SummaryKeeper(config.workers().count(), config.batch().initial());
            Event announced = Announcement.of(directory, config, data, Announcement.parameterCount(config, data));
            keeper.begin(directory, config, start, announced, listeners.apply(run), clock);
            try (CoordinatorHost host =
                    CoordinatorHost.alone(config, directory, data, start, keeper, clock, software, n -> {}, id)) {
                Interrupts.terminate(host.service()::interrupt);
                return Optional.of(host.result(directory));
            }
        }
    }

    /** One of several; each holds the lock of its own directory. */
    @SuppressWarnings("try") // the lock is held, not used
    private static Optional<Training.Result> replicated(
            RunDirectory directory,
            RunConfig config,
            Split data,
            int id,
            boolean takeover,
            String software,
            Function<Path, List<Listener>> listeners) {
        Path own = new CoordinatorPlaces(directory, config.coordinators().count())
                .claim(id)
                .directory();
        try (RunLock lock = RunLock.take(own);
                ReplicatedCoordinator coordinator = new ReplicatedCoordinator(
                        directory, config, data, id, takeover, software, listeners, ReplicationEngine.find())) {
            watchLauncher();
            return coordinator.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw RubatoException.failed("interrupted");
        }
    }

    /** One that was started by a launcher ends when it is gone. */
    private static void watchLauncher() {
        String parent = System.getenv(WorkerStart.PARENT);
        if (parent == null) return;
        long pid = Long.parseLong(parent);
        Thread watch = new Thread(
                () -> {
                    while (ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false))
                        LockSupport.parkNanos(WATCH_NANOS);
                    Runtime.getRuntime().halt(3);
                },
                "rubato-launcher-watch");
        watch.setDaemon(true);
        watch.start();
    }
}
