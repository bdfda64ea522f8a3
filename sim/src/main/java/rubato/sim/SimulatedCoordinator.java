package rubato.sim;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import rubato.error.RubatoException;
import rubato.history.Entry;
import rubato.ledger.LedgerImage;
import rubato.ledger.Positioned;
import rubato.ledger.SteppedLedger;
import rubato.protocol.Accounts;
import rubato.protocol.Controller;
import rubato.protocol.Coordinator;
import rubato.protocol.CoordinatorAction;
import rubato.protocol.RunTerms;
import rubato.protocol.ToCoordinator;
import rubato.protocol.ToWorker;
import rubato.testkit.SimulatedNetwork;
import rubato.testkit.SimulatedNetwork.Connection;
import rubato.testkit.SimulatedProcess;
import rubato.world.WorkerId;
import rubato.world.World;

/** A coordinator process: the real {@link Coordinator} over a real ledger on the simulated disk. */
final class SimulatedCoordinator implements SimulatedNetwork.Port<Packet> {
    static final int HOST = 0;
    private static final long TICK_NANOS = 100 * Scenario.MS;
    private static final long SEGMENT_BYTES = 8_000;
    private static final int KEPT_CHECKPOINTS = 2;

    private static final int REMEMBERED = 40;

    private record Heard(WorkerId from, ToCoordinator message) {}

    final SimulatedProcess process = new SimulatedProcess(HOST);
    private final Stage stage;
    private final Consumer<CoordinatorAction.End> ended;
    private final Map<Connection<Packet>, WorkerId> workers = new LinkedHashMap<>();
    private final Map<WorkerId, Connection<Packet>> connections = new HashMap<>();
    private @Nullable SteppedLedger ledger;
    private @Nullable Coordinator machine;
    private Supplier<OptionalInt> scaled = OptionalInt::empty;
    private final List<Heard> heard = new ArrayList<>();
    private boolean writing;
    private long clockOffset;
    /** Why the process died, if it did by itself. */
    @Nullable
    String failure;

    SimulatedCoordinator(Stage stage, Consumer<CoordinatorAction.End> ended) {
        this.stage = stage;
        this.ended = ended;
    }

    /** How many workers an operator wanted last, by the ledger it was started from or since; empty if none said so. */
    OptionalInt scaled() {
        return scaled.get();
    }

    /** Opens the ledger, makes its own term durable, then listens. */
    void start() {
        try {
            open();
        } catch (RubatoException e) {
            die(String.valueOf(e.getMessage()));
        }
    }

    private void open() {
        Accounts accounts = new Accounts(stage.scenario.rhythm().data(), stage.scenario.plan(), KEPT_CHECKPOINTS);
        World last = null;
        boolean begun = false;
        if (stage.facts.acknowledged().isEmpty() && isEmptyOrTorn()) {
            clearLedger();
            ledger = SteppedLedger.create(Stage.LEDGER, stage.disk, "sim", SEGMENT_BYTES);
        } else {
            SteppedLedger.Resumed resumed = SteppedLedger.resume(Stage.LEDGER, stage.disk, SEGMENT_BYTES);
            ledger = resumed.ledger();
            last = read(resumed.image(), accounts);
            begun = !resumed.image().entries().isEmpty();
        }
        ledger().onFailure(error -> die(String.valueOf(error.getMessage())));
        Entry term = new Entry.Term(accounts.term() + 1);
        Entry begin = new Entry.Begin("sim", stage.scenario.rhythm().data(), "data", "config", "sim");
        accounts.add(term);
        World known = last;
        append(begun ? List.of(term) : List.of(begin, term), () -> serve(accounts, known));
    }

    private boolean isEmptyOrTorn() {
        return rubato.ledger.LedgerReader.read(Stage.LEDGER, stage.disk)
                .entries()
                .isEmpty();
    }

    private void clearLedger() {
        try {
            for (Path file : stage.disk.list(Stage.LEDGER)) stage.disk.delete(file);
        } catch (IOException e) {
            throw RubatoException.failed("cannot clear ledger", e);
        }
    }

    private static @Nullable World read(LedgerImage image, Accounts accounts) {
        World last = null;
        for (Positioned at : image.entries()) {
            accounts.add(at.entry());
            if (at.entry() instanceof Entry.Activate activate) last = activate.world();
        }
        return last;
    }

    private void serve(Accounts accounts, @Nullable World last) {
        Scenario scenario = stage.scenario;
        RunTerms terms = new RunTerms(
                "sim",
                accounts.term(),
                scenario.workers(),
                scenario.min(),
                scenario.max(),
                scenario.standbys(),
                last,
                List.of(new ToCoordinator.Fingerprint("data", "sim")),
                "",
                600,
                600,
                true);
        Controller controller = new Controller(
                scenario.policy(), scenario.windowSteps(), scenario.plan().globalBatch(), accounts.newest());
        scaled = accounts::scaled;
        machine = new Coordinator(
                terms, scenario.rhythm(), scenario.goals(), controller, accounts, accounts.newest(), now());
        stage.network.listen(Stage.COORDINATOR, process, this);
        stage.queue.after(TICK_NANOS, this::tick);
    }

    private long now() {
        return stage.queue.nanos() + clockOffset;
    }

    /** The monotonic clock jumps ahead, as after a suspended machine. */
    void jumpClock(long nanos) {
        clockOffset += nanos;
    }

    private void tick() {
        if (!process.isAlive()) return;
        process.take(() -> {
            perform(machine().tick(now()));
            stage.queue.after(TICK_NANOS, this::tick);
        });
    }

    /** A message of some generation comes again, long after its time. */
    void replay(int number) {
        process.take(() -> {
            if (heard.isEmpty() || machine == null) return;
            Heard old = heard.get(number % heard.size());
            stage.trace("coordinator", "again from " + old.from() + ": " + old.message());
            perform(machine().on(old.from(), old.message(), now()));
        });
    }

    private void remember(WorkerId from, ToCoordinator message) {
        boolean ofGeneration = message instanceof ToCoordinator.Vote
                || message instanceof ToCoordinator.Installed
                || message instanceof ToCoordinator.Linked
                || message instanceof ToCoordinator.AtRest
                || message instanceof ToCoordinator.Evaluated
                || message instanceof ToCoordinator.Stored;
        if (ofGeneration) heard.add(new Heard(from, message));
        if (heard.size() > REMEMBERED) heard.remove(0);
    }

    /** What an operator asks for. */
    void ask(Function<Coordinator, List<CoordinatorAction>> question) {
        process.take(() -> {
            if (machine != null) perform(question.apply(machine));
        });
    }

    @Override
    public void opened(Connection<Packet> connection, boolean dialed) {}

    @Override
    public void received(Connection<Packet> connection, Packet packet) {
        if (!(packet instanceof Packet.Up up)) return;
        if (up.message() instanceof ToCoordinator.Hello hello) greet(connection, hello.worker());
        WorkerId from = workers.get(connection);
        if (from == null) connection.close("spoke before it said hello");
        else {
            if (stage.isTraced() && !(up.message() instanceof ToCoordinator.Beat))
                stage.trace("coordinator", "from " + from.name() + ": " + up.message());
            remember(from, up.message());
            perform(machine().on(from, up.message(), now()));
        }
    }

    private void greet(Connection<Packet> connection, WorkerId worker) {
        if (worker.equals(workers.get(connection))) return;
        Connection<Packet> old = connections.get(worker);
        if (old != null) {
            old.close("the worker has another connection");
            closed(old, "another connection");
        }
        workers.put(connection, worker);
        connections.put(worker, connection);
    }

    @Override
    public void closed(Connection<Packet> connection, String reason) {
        WorkerId worker = workers.remove(connection);
        if (worker == null) return;
        connections.remove(worker);
        stage.trace("coordinator", "lost " + worker.name() + ": " + reason);
        perform(machine().lost(worker, reason, now()));
    }

    private void perform(List<CoordinatorAction> actions) {
        for (CoordinatorAction action : actions) {
            if (!process.isAlive()) return;
            if (action instanceof CoordinatorAction.Append append)
                append(append.entries(), () -> perform(append.then()));
            else if (action instanceof CoordinatorAction.Durable durable) stage.facts.told(durable);
            else if (action instanceof CoordinatorAction.Send send) send(send.to(), send.message());
            else if (action instanceof CoordinatorAction.Reply reply)
                reply.operator().accept(reply.answer());
            else if (action instanceof CoordinatorAction.End end) end(end);
        }
    }

    private void send(WorkerId to, ToWorker message) {
        stage.facts.told(message);
        if (stage.isTraced()) stage.trace("coordinator", "to " + to.name() + ": " + message);
        Connection<Packet> connection = connections.get(to);
        if (connection != null) connection.send(new Packet.Down(message));
    }

    private void append(List<Entry> entries, Runnable then) {
        try {
            ledger().append(entries, () -> {
                if (stage.isTraced()) stage.trace("ledger", entries);
                stage.facts.durable(entries);
                process.take(then);
            });
        } catch (RubatoException e) {
            die(String.valueOf(e.getMessage()));
            return;
        }
        if (!writing) writeSoon();
    }

    private void writeSoon() {
        writing = true;
        stage.queue.after(
                stage.about(stage.scenario.fsyncNanos()),
                () -> process.take(() -> {
                    writing = false;
                    ledger().write();
                    if (process.isAlive() && !ledger().isIdle()) writeSoon();
                }));
    }

    /** Dies in the middle of a write, if one is due: the disk stops after so many operations. */
    void dieWriting(int operations) {
        SteppedLedger open = ledger;
        if (open != null && !open.isIdle()) {
            stage.disk.dieAfter(operations);
            open.write();
        }
        kill();
    }

    void kill() {
        process.kill();
        stage.network.killed(process, false);
    }

    private void die(String reason) {
        failure = reason;
        stage.trace("coordinator", "dies: " + reason);
        kill();
    }

    private void end(CoordinatorAction.End end) {
        stage.trace("coordinator", end);
        if (end.status().equals("failed")) {
            die("the run failed: " + end.reason());
            return;
        }
        ended.accept(end);
        stage.queue.after(Scenario.SECOND, this::kill);
    }

    @Nullable
    Coordinator machineOrNull() {
        return machine;
    }

    private Coordinator machine() {
        if (machine == null) throw new IllegalStateException("not started");
        return machine;
    }

    private SteppedLedger ledger() {
        if (ledger == null) throw new IllegalStateException("no ledger is open");
        return ledger;
    }
}
