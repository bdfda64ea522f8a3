package rubato.sim;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import rubato.error.RubatoException;
import rubato.protocol.Activity;
import rubato.protocol.ToCoordinator;
import rubato.protocol.ToWorker;
import rubato.protocol.Worker;
import rubato.protocol.WorkerAction;
import rubato.signal.NoiseEstimate;
import rubato.step.Contribution;
import rubato.step.Cursor;
import rubato.step.Evaluation;
import rubato.step.StateName;
import rubato.step.StepTimes;
import rubato.testkit.SimulatedNetwork;
import rubato.testkit.SimulatedNetwork.Connection;
import rubato.testkit.SimulatedProcess;
import rubato.world.Generation;
import rubato.world.Member;
import rubato.world.WorkerId;

/** A worker process: the real {@link Worker}, one action at a time, messages taken between two of them. */
final class SimulatedWorker implements SimulatedNetwork.Port<Packet>, Links.Owner, Following.Owner, Holding.Owner {
    static final long BEAT_NANOS = 250 * Scenario.MS;
    private static final long REDIAL_NANOS = 200 * Scenario.MS;
    private static final long GIVE_UP_NANOS = 60 * Scenario.SECOND;
    private static final long LINK_NANOS = 3 * Scenario.SECOND;
    private static final int REMEMBERED = 30;

    final WorkerId id;
    final SimulatedProcess process;
    private final Stage stage;
    private boolean standby;
    private final Links links;
    private final Following following = new Following(this);
    private final Holding holding;
    private final SimulatedReplica replica = new SimulatedReplica();
    private final Deque<Supplier<List<WorkerAction>>> inbox = new ArrayDeque<>();
    private final Deque<WorkerAction> agenda = new ArrayDeque<>();
    private final NavigableMap<Long, SimulatedReplica.Snapshot> copies = new TreeMap<>();
    private @Nullable Connection<Packet> control;
    private @Nullable Worker machine;
    private @Nullable Generation linking;
    private WorkerAction.@Nullable Compute reducing;
    private final List<ToWorker> heard = new ArrayList<>();
    private boolean busy;
    private boolean welcomedBefore;
    private long lostSince = -1;
    private Activity activity = Activity.INSTALLING;
    private long since;
    private long computeNanos;
    private long sum;
    private boolean finite;
    int slowness = 1;
    boolean poisoned;
    private int flip = -1;
    /** What was taken over last by following. */
    private @Nullable StateName outside;

    @Nullable
    Integer exitCode;

    SimulatedWorker(Stage stage, WorkerId id, int host, boolean standby) {
        this.stage = stage;
        this.id = id;
        this.standby = standby;
        this.process = new SimulatedProcess(host);
        this.links = new Links(stage.network, process, this);
        this.holding = new Holding(stage, id, replica, this);
        stage.network.listen(address(), process, links);
        dial();
        stage.queue.after(BEAT_NANOS, this::beat);
    }

    int address() {
        return (int) (100 + id.incarnation());
    }

    @Nullable
    StateName state() {
        return machine == null ? null : machine.state();
    }

    private Worker machine() {
        if (machine == null) throw new IllegalStateException(id + " is not welcomed");
        return machine;
    }

    // --- its connection to the coordinator

    private void dial() {
        control = stage.network.dial(process, this, Stage.COORDINATOR);
    }

    @Override
    public void opened(Connection<Packet> connection, boolean dialed) {
        lostSince = -1;
        connection.send(new Packet.Up(new ToCoordinator.Hello(id, "sim", id.incarnation(), standby)));
    }

    @Override
    public void closed(Connection<Packet> connection, String reason) {
        if (connection != control) return;
        control = null;
        long now = stage.queue.nanos();
        if (lostSince < 0) lostSince = now;
        if (now - lostSince > GIVE_UP_NANOS) {
            exit(3);
            return;
        }
        stage.queue.after(
                REDIAL_NANOS,
                () -> process.take(() -> {
                    if (control == null) dial();
                }));
    }

    @Override
    public void received(Connection<Packet> connection, Packet packet) {
        if (connection != control || !(packet instanceof Packet.Down down)) return;
        ToWorker message = down.message();
        if (message instanceof ToWorker.Welcome) {
            welcomed();
            return;
        }
        if (message instanceof ToWorker.Refused) {
            exit(1);
            return;
        }
        if (machine == null) {
            if (message instanceof ToWorker.Released released && !released.rejoin()) exit(0);
            return;
        }
        if (message instanceof ToWorker.Sealed sealed) abort(sealed.generation(), sealed.reason());
        if (message instanceof ToWorker.Released released) abort(machine.generation(), released.reason());
        if (message instanceof ToWorker.StandBy back) {
            standby = true;
            abort(machine.generation(), back.reason());
        }
        if (message instanceof ToWorker.Install) {
            holding.giveUp("another generation is proposed");
            following.giveUp();
        }
        remember(message);
        take(() -> machine().on(message));
    }

    /** A message of some generation comes again, long after its time. */
    void replay(int number) {
        process.take(() -> {
            if (heard.isEmpty() || machine == null) return;
            ToWorker old = heard.get(number % heard.size());
            if (stage.isTraced()) stage.trace(id.name(), "again: " + old);
            take(() -> machine().on(old));
        });
    }

    private void remember(ToWorker message) {
        boolean ofGeneration = message instanceof ToWorker.Install
                || message instanceof ToWorker.Link
                || message instanceof ToWorker.Activated
                || message instanceof ToWorker.Committed
                || message instanceof ToWorker.Planned
                || message instanceof ToWorker.Sealed;
        if (ofGeneration) heard.add(message);
        if (heard.size() > REMEMBERED) heard.remove(0);
    }

    private void welcomed() {
        if (welcomedBefore) {
            if (machine == null) return;
            abort(machine.generation(), "another coordinator took over");
            take(() -> machine().reattached());
            return;
        }
        welcomedBefore = true;
        stage.queue.after(
                stage.about(50 * Scenario.MS),
                () -> process.take(() -> {
                    StateName initial = new StateName(0, Generation.NONE, 0, replica.hash(0));
                    machine = new Worker(id, stage.scenario.rhythm(), initial, Cursor.START);
                    does(Activity.IDLE);
                    join(initial);
                }));
    }

    private void join(StateName state) {
        Member self = new Member(id, "sim", address(), address());
        say(new ToCoordinator.Join(
                self,
                List.of(new ToCoordinator.Fingerprint("data", "sim")),
                state,
                true,
                stage.scenario.stateBytes(),
                false));
    }

    private void say(ToCoordinator message) {
        Connection<Packet> open = control;
        if (open != null) open.send(new Packet.Up(message));
    }

    /** It asks to leave, as on SIGTERM. */
    void leave() {
        process.take(() -> say(new ToCoordinator.Leave("asked to")));
    }

    private void beat() {
        if (!process.isAlive()) return;
        stage.queue.after(BEAT_NANOS, this::beat);
        if (process.isPaused() || machine == null) return;
        say(new ToCoordinator.Beat(machine.generation(), machine.completed(), activity, stage.queue.nanos() - since));
    }

    private void does(Activity what) {
        activity = what;
        since = stage.queue.nanos();
    }

    // --- its training thread

    private void take(Supplier<List<WorkerAction>> event) {
        inbox.add(event);
        pump();
    }

    private void done(List<WorkerAction> actions) {
        busy = false;
        does(Activity.IDLE);
        agenda.addAll(actions);
        pump();
    }

    private void pump() {
        while (!busy && process.isAlive()) {
            while (!inbox.isEmpty()) agenda.addAll(inbox.remove().get());
            WorkerAction next = agenda.poll();
            if (next == null) return;
            perform(next);
        }
    }

    private void perform(WorkerAction action) {
        if (stage.isTraced() && !(action instanceof WorkerAction.Send)) stage.trace(id.name(), action);
        if (action instanceof WorkerAction.Send send) say(send.message());
        else if (action instanceof WorkerAction.Rejoin rejoin) join(rejoin.state());
        else if (action instanceof WorkerAction.Exit exit) exit(exit.exitCode());
        else if (action instanceof WorkerAction.Hold hold) hold(hold);
        else if (action instanceof WorkerAction.Freeze)
            following.freeze(replica.snapshot(machine().state()));
        else if (action instanceof WorkerAction.Follow follow) follow(follow);
        else if (action instanceof WorkerAction.Connect connect) connect(connect);
        else if (action instanceof WorkerAction.Compute compute) compute(compute);
        else if (action instanceof WorkerAction.Apply apply) apply(apply);
        else if (action instanceof WorkerAction.Evaluate evaluate) evaluate(evaluate);
        else if (action instanceof WorkerAction.Store store) store(store);
        else if (action instanceof WorkerAction.Complete complete) complete(complete);
        else if (action instanceof WorkerAction.Abandon abandon) copies.remove(abandon.step());
        else if (action instanceof WorkerAction.Forget) forget();
    }

    @Override
    public void later(long nanos, Runnable action) {
        stage.queue.after(nanos * slowness, () -> process.take(action));
    }

    private void exit(int code) {
        stage.trace(id.name(), "exits with " + code);
        exitCode = code;
        process.kill();
        stage.network.killed(process, false);
    }

    // --- holding a base

    private void hold(WorkerAction.Hold hold) {
        busy = true;
        does(Activity.INSTALLING);
        following.stop();
        holding.begin(hold);
    }

    @Override
    public void held(WorkerAction.Hold hold) {
        done(machine().held(hold.world().generation(), hold.base(), replica.cursor()));
    }

    @Override
    public void notHeld(WorkerAction.Hold hold, boolean recomputed, String reason) {
        StateName initial = new StateName(hold.base().lineage(), Generation.NONE, 0, replica.hash(0));
        done(machine().notHeld(hold.world().generation(), initial, recomputed, reason));
    }

    @Override
    public void fetch(Member holder, Packet.Fetch wanted) {
        links.fetch(holder.statePort(), wanted);
    }

    @Override
    public void fetched(Connection<Packet> by, Packet.Fetch wanted) {
        boolean has = machine != null && replica.is(wanted.wanted());
        by.send(new Packet.State(has ? replica.snapshot(wanted.wanted()) : null));
    }

    @Override
    public void fetchFailed(String reason) {
        holding.fetchFailed(reason);
    }

    @Override
    public void received(Packet.State state) {
        holding.received(state);
    }

    // --- following from outside

    private void follow(WorkerAction.Follow follow) {
        busy = true;
        does(Activity.INSTALLING);
        following.follow(follow);
    }

    @Override
    public void ask(Member donor, Packet.Ask ask) {
        links.ask(donor.statePort(), ask);
    }

    @Override
    public void asked(Connection<Packet> by, Packet.Ask ask) {
        boolean steady = machine != null && replica.is(machine().state());
        by.send(new Packet.Copy(
                steady ? following.answer(ask, replica.snapshot(machine().state())) : null));
    }

    @Override
    public void answered(Packet.Copy copy) {
        following.answered(copy);
    }

    @Override
    public void notAnswered() {
        following.failed();
    }

    @Override
    public void tookOver(SimulatedReplica.Snapshot snapshot) {
        replica.restore(snapshot);
        outside = snapshot.name();
        if (busy && !holding.isUnderWay()) done(List.of());
    }

    @Override
    public void followed() {
        StateName has =
                outside != null && replica.is(outside) ? outside : machine().state();
        if (busy && !holding.isUnderWay()) done(machine().followed(has));
        else take(() -> machine().followed(has));
    }

    // --- links and steps

    private void connect(WorkerAction.Connect connect) {
        Generation generation = connect.world().generation();
        busy = true;
        does(Activity.INSTALLING);
        linking = generation;
        links.connect(connect.world(), machine().rank());
        if (linking == null) return;
        later(LINK_NANOS, () -> {
            if (generation.equals(linking)) broke(generation, links.missing(), "no link in time");
        });
    }

    @Override
    public void linked(Generation generation) {
        if (!generation.equals(linking)) return;
        linking = null;
        done(machine().linked(generation));
    }

    @Override
    public void broke(Generation generation, int rank, String reason) {
        boolean waiting = reducing != null || generation.equals(linking);
        links.abandon("broken: " + reason);
        if (!waiting) return;
        reducing = null;
        linking = null;
        done(machine().broken(generation, rank, reason));
    }

    /** A generation is over: its links break at once, so that nobody waits in it, neither here, later, nor at a peer. */
    private void abort(Generation generation, String reason) {
        if (!generation.equals(machine().generation())) return;
        if (reducing != null || linking != null) broke(generation, -1, reason);
        else if (links.isOf(generation)) links.abandon(reason);
    }

    private void compute(WorkerAction.Compute compute) {
        Generation generation = machine().generation();
        stage.facts.begins(generation, compute.step(), stage.scenario.rhythm().window());
        busy = true;
        does(Activity.COMPUTING);
        long started = stage.queue.nanos();
        later(stage.about(stage.scenario.computeNanos()), () -> {
            computeNanos = stage.queue.nanos() - started;
            contribute(compute, generation);
        });
    }

    private void contribute(WorkerAction.Compute compute, Generation generation) {
        long hash = machine().state().hash();
        if (flip >= 0) replica.flip(flip);
        flip = -1;
        if (replica.hash(compute.step() - 1) != hash) {
            done(machine().fail(RubatoException.failed("the state changed in memory before step " + compute.step())));
            return;
        }
        if (links.isBroken()) {
            done(machine().broken(generation, links.missing(), "the links are gone"));
            return;
        }
        var order = stage.permutation(compute.epoch());
        Contribution own = Arithmetic.contribution(hash, machine().planVersion(), compute.ranges(), order, !poisoned);
        poisoned = false;
        reducing = compute;
        does(Activity.REDUCING);
        links.contribute(new Packet.Part(
                generation, compute.step(), machine().rank(), own, Arithmetic.sum(hash, compute.ranges(), order)));
    }

    @Override
    public void gathered(long step) {
        WorkerAction.Compute compute = reducing;
        if (compute == null || compute.step() != step) return;
        reducing = null;
        Packet.Part[] parts = links.take(step);
        finite = Arrays.stream(parts).allMatch(part -> part.control().finite());
        sum = Arrays.stream(parts).mapToLong(Packet.Part::sum).sum();
        done(machine()
                .reduced(step, Arrays.stream(parts).map(Packet.Part::control).toList()));
    }

    private void apply(WorkerAction.Apply apply) {
        if (!finite && !apply.skip())
            throw new Violation(
                    apply.step(), "step " + apply.step() + " is applied though a contribution is not finite");
        busy = true;
        does(Activity.COMPUTING);
        long applyNanos = stage.about(2 * Scenario.MS);
        later(applyNanos, () -> {
            replica.apply(
                    sum, apply.skip(), apply.plan(), apply.totals(), machine().cursorAfter());
            long hash = replica.hash(apply.step());
            StateName before = machine().state();
            stage.facts.completed(new StateName(before.lineage(), machine().generation(), apply.step(), hash));
            StepTimes times = new StepTimes(apply.totals().samples(), computeNanos, 0, 1, applyNanos, 0, 0, 0);
            done(machine()
                    .applied(
                            apply.step(),
                            hash,
                            apply.totals(),
                            apply.skip(),
                            NoiseEstimate.NONE,
                            0.1,
                            times,
                            List.of()));
        });
    }

    private void evaluate(WorkerAction.Evaluate evaluate) {
        busy = true;
        does(Activity.EVALUATING);
        later(stage.about(20 * Scenario.MS), () -> {
            List<Evaluation> parts = new ArrayList<>();
            parts.add(new Evaluation("test", 10, 1, 5));
            if (evaluate.last()) parts.add(new Evaluation("train", 10, 1, 5));
            done(machine().evaluated(evaluate.step(), parts));
        });
    }

    /** Every part is digested by its writer; the whole is on the disk once the first of them completes it. */
    private void store(WorkerAction.Store store) {
        SimulatedReplica.Snapshot copy = replica.snapshot(machine().state());
        copies.put(store.step(), copy);
        long hash = copy.name().hash();
        later(
                stage.about(20 * Scenario.MS),
                () -> take(() -> machine().partStored(store, hash, List.of(hash + "/" + store.part()))));
    }

    private void complete(WorkerAction.Complete complete) {
        SimulatedReplica.Snapshot copy = copies.get(complete.step());
        if (copy == null) return;
        long step = complete.step();
        later(stage.about(10 * Scenario.MS), () -> {
            try {
                String sha256 = SavedState.store(stage, copy);
                copies.headMap(step, true).clear();
                take(() -> machine()
                        .stored(complete.generation(), step, copy.name().hash(), SavedState.directory(step), sha256));
            } catch (RubatoException e) {
                take(() -> machine().notStored(complete.generation(), step, String.valueOf(e.getMessage())));
            }
        });
    }

    private void forget() {
        replica.reset();
        StateName held = machine().state();
        StateName initial = new StateName(held.lineage(), Generation.NONE, 0, replica.hash(0));
        done(machine().forgotten(initial, replica.cursor()));
    }

    /** A bit of its memory flips before its next contribution. */
    void flipBit(int bit) {
        flip = bit;
    }
}
