package rubato.runtime;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import rubato.config.RunConfig;
import rubato.data.Split;
import rubato.error.RubatoException;
import rubato.event.Event;
import rubato.event.Listener;
import rubato.event.Summary;
import rubato.ledger.Ledger;
import rubato.ledger.RunLock;
import rubato.model.Model;
import rubato.model.Models;
import rubato.net.NioHub;
import rubato.net.Token;
import rubato.optim.Optimizers;
import rubato.plan.Plan;
import rubato.policy.Policies;
import rubato.protocol.Controller;
import rubato.protocol.Coordinator;
import rubato.protocol.RunStatus;
import rubato.protocol.RunTerms;
import rubato.seam.Clock;
import rubato.step.Cursor;
import rubato.step.Range;

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

    private static final double JOIN_SECONDS = 90;

    private final RunConfig config;
    private final Options options;
    private final Clock clock;
    private final CompletableFuture<CoordinatorService> service = new CompletableFuture<>();
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
    }

    /** Ends all local workers at once; may be called from any thread. */
    public void kill() {
        LocalWorkers local = workers;
        if (local != null) local.kill();
    }

    /** Trains; the listeners are made once the run directory exists. */
    @SuppressWarnings("try") // the lock is held, not used
    public Result run(Function<Path, List<Listener>> listeners) {
        Split data = Setup.data(config, options.dataHome(), options.progress());
        config.checkAgainst(data.train().size());
        int parameters = parameterCount(data);
        RunDirectory directory = directory();
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
                    ? Start.resumed(directory, config, data)
                    : Start.fresh(directory, config, data, options.software());
            keeper.tell(listeners.apply(directory.path()));
            keeper.tell(List.of(new Retention(
                    directory,
                    start.accounts().checkpoints(),
                    config.checkpoint().keep())));
            keeper.on(clock.epochMillis(), started(directory, data, parameters));
            start.warnings().forEach(w -> keeper.on(clock.epochMillis(), new Event.Warning(w)));
            return train(directory, data, start, keeper);
        } catch (RubatoException e) {
            if (!options.resume() && !keeper.trained()) directory.remove();
            throw e;
        }
    }

    private Event started(RunDirectory directory, Split data, int parameters) {
        return new Event.RunStarted(
                directory.path().getFileName().toString(),
                config.model().kind(),
                data.name(),
                config.workers().count(),
                data.train().size(),
                data.test().size(),
                parameters);
    }

    /** Checks that a built-in model fits the data before anything is written; 0 for models only workers can load. */
    private int parameterCount(Split data) {
        Optimizers.make(config.optimizerFor(data.train().size()), 1);
        if (isLoadedByWorkersOnly()) return 0;
        try (Model model = Setup.model(config, data)) {
            return model.parameterCount();
        }
    }

    private boolean isLoadedByWorkersOnly() {
        String kind = config.model().kind();
        if (Models.BUILT_IN.contains(kind)) return false;
        return Models.kinds().contains(kind) || kind.contains(".");
    }

    private RunDirectory directory() {
        if (options.resume()) return new RunDirectory(options.directory().orElseThrow());
        return options.directory()
                .map(RunDirectory::claim)
                .orElseGet(() -> RunDirectory.fresh(
                        Path.of(config.run().dir()), config.run().name(), clock.epochMillis()));
    }

    private Result train(RunDirectory directory, Split data, Start start, SummaryKeeper keeper) {
        long began = clock.nanos();
        Token token = start.token();
        CompletableFuture<CoordinatorService> owner = new CompletableFuture<>();
        try (Ledger ledger = start.ledger();
                LocalWorkers local = new LocalWorkers(launch(directory), new Bereaved(owner));
                CoordinatorService coordinator =
                        new CoordinatorService(ledger, clock, keeper, local::want, () -> List.of(self(directory)));
                NioHub hub = NioHub.open(token, coordinator)) {
            workers = local;
            owner.complete(coordinator);
            int port =
                    hub.listen(config.coordinator().host(), config.coordinator().port());
            new Endpoint(config.coordinator().host(), port, token).write(directory.path());
            coordinator.start(() -> coordinator(data, start));
            local.want(
                    Math.min(config.workers().local(), config.workers().count()),
                    config.workers().standby());
            service.complete(coordinator);
            if (interrupted) coordinator.interrupt();
            CoordinatorService.End end = await(coordinator);
            Summary summary = summary(coordinator, keeper, data, start, end, began);
            keeper.on(clock.epochMillis(), new Event.RunFinished(summary));
            return new Result(directory.path(), end.exitCode(), end.reason(), summary);
        }
    }

    private LocalWorkers.Launch launch(RunDirectory directory) {
        return new LocalWorkers.Launch(
                options.command(),
                options.environment(),
                directory.path(),
                config.workers().respawn());
    }

    private static RunStatus.CoordinatorStatus self(RunDirectory directory) {
        return new RunStatus.CoordinatorStatus(
                0, ProcessHandle.current().pid(), Endpoint.address(directory.path()), "leader");
    }

    /** Tells the coordinator of local workers that ended. */
    private record Bereaved(CompletableFuture<CoordinatorService> owner) implements LocalWorkers.Owner {
        @Override
        public void lost(String worker, String reason) {
            owner.thenAccept(coordinator -> coordinator.lost(worker, reason));
        }

        @Override
        public void hopeless(String reason) {
            owner.thenAccept(coordinator -> coordinator.fail(3, reason));
        }
    }

    private static CoordinatorService.End await(CoordinatorService coordinator) {
        try {
            return coordinator.ended().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new CoordinatorService.End("interrupted", "interrupted", 0, "interrupted");
        } catch (ExecutionException e) {
            throw new IllegalStateException("the coordinator failed: " + e.getCause(), e.getCause());
        }
    }

    private Coordinator coordinator(Split data, Start start) {
        var workers = config.workers();
        RunTerms terms = new RunTerms(
                options.software(),
                start.term(),
                workers.count(),
                workers.min(),
                workers.max(),
                start.last(),
                Setup.fingerprints(config, data),
                config.render(),
                JOIN_SECONDS,
                workers.waitSeconds(),
                workers.respawn() || workers.local() < workers.count());
        Controller controller = new Controller(
                Policies.of(Setup.policyTerms(config, data.train().size())),
                config.policy().everySteps(),
                config.batch().initial(),
                start.plan());
        return new Coordinator(
                terms,
                Setup.rhythm(config, data),
                Setup.goals(config),
                controller,
                start.accounts(),
                start.plan(),
                clock.nanos());
    }

    private Summary summary(
            CoordinatorService coordinator,
            SummaryKeeper keeper,
            Split data,
            Start start,
            CoordinatorService.End end,
            long began) {
        double wall = (clock.nanos() - began) * 1e-9;
        try {
            return coordinator
                    .ask(state -> keeper.summary(
                            end,
                            state.accounts().committed().step(),
                            epochs(state.cursor(), data),
                            state.accounts().samples(),
                            wall,
                            state.committingSeconds(),
                            state.accounts().samples() - start.samples(),
                            state.accounts().committed().hash()))
                    .get(2, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            Plan plan = start.plan();
            throw RubatoException.failed(
                    "the run ended (" + end.reason() + ") but its summary could not be made, plan " + plan.version(),
                    e);
        }
    }

    private static double epochs(Cursor cursor, Split data) {
        int holes = cursor.holes().stream().mapToInt(Range::count).sum();
        return cursor.epoch() + (double) (cursor.next() - holes) / data.train().size();
    }
}
