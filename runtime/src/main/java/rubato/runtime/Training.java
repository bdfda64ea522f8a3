package rubato.runtime;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import rubato.config.RunConfig;
import rubato.data.Split;
import rubato.error.RubatoException;
import rubato.event.Event;
import rubato.event.Listener;
import rubato.event.Summary;
import rubato.ledger.RunLock;
import rubato.net.Interfaces;
import rubato.net.Token;
import rubato.protocol.Pool;
import rubato.seam.Clock;

/** One run from start to end: data, directory, ledger, coordinator, local workers. */
public final class Training {
    /**
     * @param directory of this very run; empty = a new one under {@code run.dir}
     * @param resume go on with the run in {@code directory}
     * @param command how to start a worker: JVM, arguments, class path, main class
     */
    public record Options(
            Optional<Path> directory,
            boolean resume,
            List<String> command,
            Map<String, String> environment,
            Path dataHome,
            String software,
            Consumer<String> progress) {}

    /** How it ended; {@code reason} is one line if it failed. */
    public record Result(Path directory, int exitCode, String reason, Summary summary) {}

    /** Exit code of what a user asked for wrongly. */
    private static final int USAGE = 2;

    private final RunConfig config;
    private final Options options;
    private final Clock clock;
    private final CompletableFuture<CoordinatorService> service = new CompletableFuture<>();
    private final CompletableFuture<CoordinatorGroup> apart = new CompletableFuture<>();
    private volatile @Nullable Path ownDirectory;
    private volatile boolean interrupted;
    private volatile @Nullable LocalWorkers workers;

    public Training(RunConfig config, Options options, Clock clock) {
        this.config = config;
        this.options = options;
        this.clock = clock;
    }

    /** Asks the run to end soon, with a checkpoint; may be called from any thread, at any time. */
    public void interrupt() {
        interrupted = true;
        service.thenAccept(CoordinatorService::interrupt);
        Path run = ownDirectory;
        if (run != null) apart.thenAccept(coordinators -> stop(run, coordinators));
    }

    private static void stop(Path run, CoordinatorGroup coordinators) {
        try {
            new Operator(run).stop();
        } catch (RubatoException e) {
            coordinators.close();
        }
    }

    /** Ends all local workers at once; may be called from any thread. */
    public void kill() {
        LocalWorkers local = workers;
        if (local != null) local.kill();
        apart.thenAccept(CoordinatorGroup::close);
    }

    /** Trains; the listeners are made once the run directory exists. */
    @SuppressWarnings("try") // the lock is held, not used
    public Result run(Function<Path, List<Listener>> listeners) {
        Place.check(config, Interfaces.ofThisMachine());
        Split data = Setup.data(config, options.dataHome(), options.progress());
        config.checkAgainst(data.train().size());
        int parameters = Announcement.parameterCount(config, data);
        RunDirectory directory = directory();
        if (!config.coordinators().insideLauncher()) return apart(directory, data, parameters, listeners);
        try (RunLock lock = RunLock.take(directory.path())) {
            return locked(directory, data, parameters, listeners);
        }
    }

    private Result locked(
            RunDirectory directory, Split data, int parameters, Function<Path, List<Listener>> listeners) {
        SummaryKeeper keeper =
                new SummaryKeeper(config.workers().count(), config.batch().initial());
        try {
            Start start = options.resume()
                    ? Start.resumed(directory, config, data, false)
                    : Start.fresh(directory, config, data, options.software());
            Event announced = Announcement.of(directory, config, data, parameters);
            keeper.begin(directory, config, start, announced, listeners.apply(directory.path()), clock);
            return train(directory, data, start, keeper);
        } catch (RubatoException e) {
            if (!options.resume() && !keeper.trained()) directory.remove();
            throw e;
        }
    }

    private Result apart(RunDirectory directory, Split data, int parameters, Function<Path, List<Listener>> listeners) {
        ownDirectory = directory.path();
        SummaryKeeper keeper =
                new SummaryKeeper(config.workers().count(), config.batch().initial());
        keeper.tell(listeners.apply(directory.path()));
        keeper.on(clock.epochMillis(), Announcement.of(directory, config, data, parameters));
        try {
            Result result = trainApart(directory, keeper);
            if (result.exitCode() == USAGE && !options.resume() && !keeper.trained()) directory.remove();
            return result;
        } catch (RubatoException e) {
            if (!options.resume() && !keeper.trained()) directory.remove();
            throw e;
        }
    }

    private RunDirectory directory() {
        if (options.resume()) return new RunDirectory(options.directory().orElseThrow());
        return options.directory()
                .map(RunDirectory::claim)
                .orElseGet(() -> RunDirectory.fresh(
                        Path.of(config.run().dir()), config.run().name(), clock.epochMillis()));
    }

    private Result train(RunDirectory directory, Split data, Start start, SummaryKeeper keeper) {
        CompletableFuture<CoordinatorService> owner = new CompletableFuture<>();
        try (LocalWorkers local = new LocalWorkers(launch(directory), pool(), new Bereaved(owner));
                CoordinatorHost host = CoordinatorHost.alone(
                        config, directory, data, start, keeper, clock, options.software(), local::want, 0)) {
            workers = local;
            keeper.tell(List.of(new Proven(local)));
            owner.complete(host.service());
            local.want(start.accounts().scaled().orElse(ownWorkers()));
            service.complete(host.service());
            if (interrupted) host.service().interrupt();
            return host.result(directory);
        }
    }

    private int ownWorkers() {
        return Math.min(config.workers().local(), config.workers().count());
    }

    private Pool pool() {
        return new Pool(ownWorkers(), config.workers().standby());
    }

    private LocalWorkers.Launch launch(RunDirectory directory) {
        return new LocalWorkers.Launch(
                options.command(),
                options.environment(),
                directory.path(),
                config.workers().respawn(),
                config.workers().min() - (config.workers().count() - ownWorkers()),
                config.workers().hosts());
    }

    /** Tells the local workers which of them have trained. */
    private static final class Proven implements Listener {
        private final LocalWorkers local;
        private List<String> members = List.of();

        Proven(LocalWorkers local) {
            this.local = local;
        }

        @Override
        public void on(long epochMillis, Event event) {
            if (event instanceof Event.GenerationStarted started) members = started.workers();
            if (!(event instanceof Event.StepCommitted) || members.isEmpty()) return;
            local.proven(members);
            members = List.of();
        }
    }

    /** Tells the coordinator of local workers that ended. */
    private record Bereaved(CompletableFuture<CoordinatorService> owner) implements LocalWorkers.Owner {
        @Override
        public void lost(String worker, String reason) {
            owner.thenAccept(coordinator -> coordinator.lost(worker, reason));
        }

        @Override
        public void gaveUp(String line) {
            owner.thenAccept(coordinator -> coordinator.warn(line));
        }

        @Override
        public void hopeless(String reason) {
            owner.thenAccept(coordinator -> coordinator.fail(3, reason));
        }
    }

    /** Coordinators in processes of their own learn of lost workers by their connections. */
    private record Watched(CompletableFuture<CoordinatorGroup> coordinators, CompletableFuture<RunWatch> watch)
            implements LocalWorkers.Owner {
        @Override
        public void lost(String worker, String reason) {}

        @Override
        public void gaveUp(String line) {
            watch.thenAccept(told -> told.warn(line));
        }

        @Override
        public void hopeless(String reason) {
            coordinators.thenAccept(group -> group.fail(reason));
        }
    }

    /** Each coordinator in a process of its own, watched and started again from here. */
    @SuppressWarnings("try") // the watch is held, not used
    private Result trainApart(RunDirectory directory, SummaryKeeper keeper) {
        if (!options.resume()) {
            directory.prepare(config.render());
            Endpoint.writeToken(directory.path(), Token.random());
            Protection.make(config, directory.path(), clock.epochMillis());
        }
        CompletableFuture<Summary> summary = new CompletableFuture<>();
        CompletableFuture<RunWatch> watched = new CompletableFuture<>();
        Listener listener = (at, event) -> {
            keeper.on(at, event);
            if (!(event instanceof Event.RunFinished finished)) return;
            apart.thenAccept(CoordinatorGroup::finished);
            summary.complete(finished.summary());
        };
        try (LocalWorkers local = new LocalWorkers(launch(directory), pool(), new Watched(apart, watched));
                CoordinatorGroup coordinators = new CoordinatorGroup(
                        options.command(),
                        options.environment(),
                        directory.path(),
                        config.coordinators().count());
                RunWatch watch = new RunWatch(directory.path(), listener, local::want, clock)) {
            workers = local;
            keeper.tell(List.of(new Proven(local)));
            apart.complete(coordinators);
            watched.complete(watch);
            coordinators.start();
            directory.awaitAddress(coordinators.ended()::isDone, clock);
            local.want(ownWorkers());
            int code = coordinators.ended().get();
            Summary told = summary.completeOnTimeout(keeper.unknown(), 2, TimeUnit.SECONDS)
                    .get();
            return new Result(directory.path(), code, code == 0 ? told.stoppedBy() : coordinators.lastLine(), told);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw RubatoException.failed("interrupted");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }
}
