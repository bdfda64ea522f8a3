package rubato.runtime;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import rubato.config.RunConfig;
import rubato.data.Split;
import rubato.error.RubatoException;
import rubato.event.Event;
import rubato.event.Summary;
import rubato.ledger.Ledger;
import rubato.policy.Policies;
import rubato.protocol.Controller;
import rubato.protocol.Coordinator;
import rubato.protocol.RunStatus;
import rubato.protocol.RunTerms;
import rubato.seam.Clock;
import rubato.step.Cursor;
import rubato.step.Range;

/** A coordinator at work in this process: its ledger, its listening socket, its state machine, until the run ends. */
final class CoordinatorHost implements AutoCloseable {
    private static final double JOIN_SECONDS = 90;

    private final RunConfig config;
    private final Split data;
    private final Start start;
    private final SummaryKeeper keeper;
    private final Clock clock;
    private final Ledger ledger;
    private final CoordinatorService service;
    private final Front front;
    private final long began;

    /**
     * @param wanted told how many workers the run wants, when an operator changes it
     * @param coordinators as they appear in the run's status
     */
    CoordinatorHost(
            RunConfig config,
            Split data,
            Start start,
            SummaryKeeper keeper,
            Clock clock,
            String software,
            IntConsumer wanted,
            Front front,
            Supplier<List<RunStatus.CoordinatorStatus>> coordinators) {
        this.config = config;
        this.data = data;
        this.start = start;
        this.keeper = keeper;
        this.clock = clock;
        this.began = clock.nanos();
        this.ledger = start.ledger();
        this.front = front;
        this.service = new CoordinatorService(ledger, clock, keeper, wanted, coordinators);
        try {
            front.open(service);
            service.start(() -> coordinator(software));
            front.announce();
        } catch (RubatoException e) {
            close();
            throw e;
        }
    }

    /** The only coordinator of a run, with a listening socket of its own. */
    static CoordinatorHost alone(
            RunConfig config,
            RunDirectory directory,
            Split data,
            Start start,
            SummaryKeeper keeper,
            Clock clock,
            String software,
            IntConsumer wanted,
            int id) {
        Front front = new OwnFront(config, directory, start.token());
        return new CoordinatorHost(
                config, data, start, keeper, clock, software, wanted, front, () -> List.of(self(directory, id)));
    }

    /** Whether it ended because it may no longer write: others go on. */
    boolean lostItsLedger() {
        return service.ended().isDone() && await().stoppedBy().equals("ledger");
    }

    CoordinatorService service() {
        return service;
    }

    private static RunStatus.CoordinatorStatus self(RunDirectory directory, int id) {
        return new RunStatus.CoordinatorStatus(
                id, ProcessHandle.current().pid(), Endpoint.address(directory.path()), "leader");
    }

    private Coordinator coordinator(String software) {
        var workers = config.workers();
        RunTerms terms = new RunTerms(
                software,
                start.term(),
                workers.count(),
                workers.min(),
                workers.max(),
                workers.standby(),
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

    /** Waits for the end of the run and tells the listeners of it. */
    Training.Result result(RunDirectory directory) {
        CoordinatorService.End end = await();
        Summary summary = summary(end);
        service.announce(new Event.RunFinished(summary));
        return new Training.Result(directory.path(), end.exitCode(), end.reason(), summary);
    }

    private CoordinatorService.End await() {
        try {
            return service.ended().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new CoordinatorService.End("interrupted", "interrupted", 0, "interrupted");
        } catch (ExecutionException e) {
            throw new IllegalStateException("the coordinator failed: " + e.getCause(), e.getCause());
        }
    }

    private Summary summary(CoordinatorService.End end) {
        double wall = (clock.nanos() - began) * 1e-9;
        try {
            return service.ask(state -> keeper.summary(
                            end,
                            state.accounts().committed().step(),
                            epochs(state.cursor(), data),
                            state.accounts().samples(),
                            wall,
                            state.committingSeconds(),
                            state.accounts().samples() - start.samples(),
                            state.sentBytes(),
                            state.savedBytes(),
                            state.accounts().committed().hash()))
                    .get(2, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw RubatoException.failed("the run ended (" + end.reason() + ") but its summary could not be made", e);
        }
    }

    private static double epochs(Cursor cursor, Split data) {
        int holes = cursor.holes().stream().mapToInt(Range::count).sum();
        return cursor.epoch() + (double) (cursor.next() - holes) / data.train().size();
    }

    @Override
    public void close() {
        front.close();
        service.close();
        ledger.close();
    }
}
