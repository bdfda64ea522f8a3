package rubato.runtime;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import rubato.codec.CodecException;
import rubato.error.RubatoException;
import rubato.event.Event;
import rubato.event.Listener;
import rubato.ledger.Ledger;
import rubato.net.Hub;
import rubato.protocol.Coordinator;
import rubato.protocol.CoordinatorAction;
import rubato.protocol.RunStatus;
import rubato.protocol.ToCoordinator;
import rubato.protocol.ToWorker;
import rubato.seam.Clock;
import rubato.world.WorkerId;

/**
 * Drives a {@link Coordinator}: one thread takes messages, closed connections, durable entries and the passing of time
 * from one queue, and performs the actions. Everything it owns is touched by that thread alone.
 */
public final class CoordinatorService implements Hub.Handler, AutoCloseable {
    private static final long TICK_MILLIS = 50;
    private static final byte[] ALIVE = Wire.encode(new ToWorker.Alive());

    /** How a run ended. */
    public record End(String status, String stoppedBy, int exitCode, String reason) {}

    private final BlockingQueue<Runnable> inbox = new LinkedBlockingQueue<>();
    private final Map<Hub.Connection, WorkerId> workers = new HashMap<>();
    private final Map<WorkerId, Hub.Connection> connections = new HashMap<>();
    private final Set<Hub.Connection> watchers = new LinkedHashSet<>();
    private final CompletableFuture<End> ended = new CompletableFuture<>();
    private final Ledger ledger;
    private final Clock clock;
    private final Listener listener;
    private final IntConsumer wanted;
    private final Supplier<List<RunStatus.CoordinatorStatus>> self;
    private final Thread thread;
    private @Nullable Coordinator coordinator;
    private long durableStep;
    private CompletableFuture<Void> lastHeard = new CompletableFuture<>();
    private volatile boolean closed;

    /**
     * @param wanted told how many workers an operator asked for
     * @param self how this coordinator appears in the run's status
     */
    public CoordinatorService(
            Ledger ledger,
            Clock clock,
            Listener listener,
            IntConsumer wanted,
            Supplier<List<RunStatus.CoordinatorStatus>> self) {
        this.wanted = wanted;
        this.self = self;
        this.ledger = ledger;
        this.clock = clock;
        this.listener = listener;
        this.thread = new Thread(this::loop, "rubato-coordinator");
        this.thread.setDaemon(true);
        ledger.onFailure(error -> inbox.add(() -> lostLedger(error)));
    }

    private void lostLedger(RubatoException error) {
        finish(new End("failed", "ledger", error.kind().exitCode(), String.valueOf(error.getMessage())));
    }

    /** Starts to take part; connections made before wait in the queue. */
    public void start(Supplier<Coordinator> make) {
        inbox.add(() -> {
            coordinator = make.get();
            durableStep = coordinator.accounts().committed().step();
        });
        thread.start();
    }

    public CompletableFuture<End> ended() {
        return ended;
    }

    /** Asks the run to end now, keeping what it has. */
    public void interrupt() {
        inbox.add(() -> perform(coordinator().interrupt()));
    }

    /** Ends the run: something around it failed. */
    public void fail(int exitCode, String reason) {
        inbox.add(() -> perform(coordinator().end("failed", exitCode, reason)));
    }

    /** Tells listeners and watchers of something that is not as it should be. */
    void warn(String line) {
        inbox.add(() -> tell(new Event.Warning(line)));
    }

    /** A worker process of this machine ended: known before its connection closes. */
    public void lost(String worker, String reason) {
        inbox.add(() -> {
            for (WorkerId id : List.copyOf(connections.keySet())) {
                if (id.name().equals(worker)) perform(coordinator().lost(id, reason, clock.nanos()));
            }
        });
    }

    /** Tells listeners and watchers of an event; returns when all watchers have heard it and hung up, after 1 s at most. */
    void announce(Event event) {
        CompletableFuture<Void> heard = new CompletableFuture<>();
        inbox.add(() -> {
            lastHeard = heard;
            tell(event);
            if (watchers.isEmpty()) heard.complete(null);
        });
        heard.completeOnTimeout(null, 1, TimeUnit.SECONDS).join();
    }

    /** Reads the state machine on its own thread. */
    public <T> CompletableFuture<T> ask(java.util.function.Function<Coordinator, T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        inbox.add(() -> answer.complete(question.apply(coordinator())));
        return answer;
    }

    @Override
    public void opened(Hub.Connection connection, boolean dialed) {}

    @Override
    public void received(Hub.Connection connection, byte[] message) {
        inbox.add(() -> handle(connection, message));
    }

    @Override
    public void closed(Hub.Connection connection, String reason) {
        inbox.add(() -> {
            watchers.remove(connection);
            if (watchers.isEmpty()) lastHeard.complete(null);
            WorkerId worker = workers.remove(connection);
            if (worker == null) return;
            connections.remove(worker);
            perform(coordinator().lost(worker, reason, clock.nanos()));
        });
    }

    private void handle(Hub.Connection connection, byte[] bytes) {
        ToCoordinator message;
        try {
            message = Wire.toCoordinator(bytes);
        } catch (CodecException e) {
            connection.close("cannot read message: " + e.getMessage());
            return;
        }
        if (operator(connection, message)) return;
        if (message instanceof ToCoordinator.Hello hello) {
            replaced(hello.worker(), connection);
            workers.put(connection, hello.worker());
            connections.put(hello.worker(), connection);
        }
        WorkerId from = workers.get(connection);
        if (from == null) {
            connection.close("spoke before it said hello");
            return;
        }
        perform(coordinator().on(from, message, clock.nanos()));
        if (message instanceof ToCoordinator.Beat) connection.send(ALIVE);
    }

    /** A worker that connects again has lost the connection it had, even if this end has not heard of it. */
    private void replaced(WorkerId worker, Hub.Connection by) {
        Hub.Connection old = connections.get(worker);
        if (old == null || old == by) return;
        workers.remove(old);
        connections.remove(worker);
        old.close("the worker has connected again");
        perform(coordinator().lost(worker, "it connected again", clock.nanos()));
    }

    /** Requests of operators, who are no workers. */
    private boolean operator(Hub.Connection connection, ToCoordinator message) {
        java.util.function.Consumer<ToWorker.Answer> answer = reply -> connection.send(Wire.encode(reply));
        if (message instanceof ToCoordinator.Watch) {
            watchers.add(connection);
        } else if (message instanceof ToCoordinator.AskStatus) {
            RunStatus status = coordinator().status().with(self.get()).committed(durableStep);
            connection.send(Wire.encode(new ToWorker.Status(status)));
        } else if (message instanceof ToCoordinator.AskLeave leave) {
            perform(coordinator().askLeave(leave.worker(), answer));
        } else if (message instanceof ToCoordinator.AskScale scale) {
            perform(coordinator().askScale(scale.workers(), answer));
        } else if (message instanceof ToCoordinator.AskStop) {
            answer.accept(new ToWorker.Answer(true, "the run stops after a checkpoint"));
            perform(coordinator().interrupt());
        } else {
            return false;
        }
        return true;
    }

    private void loop() {
        long nextTick = clock.nanos();
        try {
            while (!closed) {
                Runnable next = inbox.poll(TICK_MILLIS, TimeUnit.MILLISECONDS);
                if (next != null) next.run();
                if (clock.nanos() - nextTick < 0) continue;
                nextTick = clock.nanos() + TICK_MILLIS * 1_000_000;
                if (coordinator != null) perform(coordinator.tick(clock.nanos()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            ended.completeExceptionally(e);
        }
    }

    private void perform(List<CoordinatorAction> actions) {
        for (CoordinatorAction action : actions) {
            if (action instanceof CoordinatorAction.Append append) {
                append(append);
            } else if (action instanceof CoordinatorAction.Durable durable) {
                durableStep = durable.step();
            } else if (action instanceof CoordinatorAction.Send send) {
                send(send);
            } else if (action instanceof CoordinatorAction.Tell tell) {
                tell(tell.event());
            } else if (action instanceof CoordinatorAction.Want want) {
                wanted.accept(want.workers());
                toWatchers(new ToWorker.Wanted(want.workers()));
            } else if (action instanceof CoordinatorAction.Reply reply) {
                reply.operator().accept(reply.answer());
            } else if (action instanceof CoordinatorAction.End end) {
                finish(new End(end.status(), end.stoppedBy(), end.exitCode(), end.reason()));
            }
        }
    }

    /** The ledger may fail here before word of it has come through the queue. */
    private void append(CoordinatorAction.Append append) {
        try {
            ledger.append(append.entries(), () -> inbox.add(() -> perform(append.then())));
        } catch (RubatoException e) {
            lostLedger(e);
        }
    }

    private void send(CoordinatorAction.Send send) {
        Hub.Connection connection = connections.get(send.to());
        if (connection == null) return;
        connection.send(Wire.encode(send.message()));
        if (send.message() instanceof ToWorker.Refused) {
            workers.remove(connection);
            connections.remove(send.to());
        }
    }

    private void tell(Event event) {
        long now = clock.epochMillis();
        listener.on(now, event);
        toWatchers(new ToWorker.Happened(now, event));
    }

    private void toWatchers(ToWorker message) {
        if (watchers.isEmpty()) return;
        byte[] bytes = Wire.encode(message);
        for (Hub.Connection watcher : watchers) watcher.send(bytes);
    }

    private void finish(End end) {
        ended.complete(end);
    }

    private Coordinator coordinator() {
        if (coordinator == null) throw new IllegalStateException("the coordinator has not started");
        return coordinator;
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
