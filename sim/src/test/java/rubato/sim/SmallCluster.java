package rubato.sim;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import rubato.history.Entry;
import rubato.ledger.Positioned;
import rubato.plan.Compression;
import rubato.plan.Plan;
import rubato.plan.Shares;
import rubato.policy.Decision;
import rubato.protocol.Accounts;
import rubato.protocol.Controller;
import rubato.protocol.Coordinator;
import rubato.protocol.CoordinatorAction;
import rubato.protocol.Goals;
import rubato.protocol.Rhythm;
import rubato.protocol.RunTerms;
import rubato.protocol.ToCoordinator;
import rubato.random.Permutation;
import rubato.step.DataShape;
import rubato.step.StateName;
import rubato.verify.RunHistory;
import rubato.world.Generation;
import rubato.world.Member;
import rubato.world.WorkerId;
import rubato.world.World;

/**
 * The real state machines at small bounds, one choice at a time: which message arrives, which write is durable, who completes
 * a collective or sees it break, who crashes, joins or leaves.
 */
final class SmallCluster {
    static final Object RECONNECT = "reconnect";
    static final Object LOST = "lost";
    static final Rhythm RHYTHM = new Rhythm(new DataShape(64, true, 1, true), 0, 2, 2, true);
    private static final long LONG_NANOS = 3_000_000_000L;
    private static final int MOST_TICKS = 6;

    /** How much may happen in a schedule. */
    record Bounds(int workers, int steps, int crashes, int joins, int leaves, int restarts) {}

    enum Kind {
        WRITE,
        UP,
        DOWN,
        APPLY,
        REDUCE,
        BREAK,
        STOP,
        CRASH,
        JOIN,
        LEAVE,
        RESTART,
        TICK
    }

    record Choice(Kind kind, int worker) {}

    private record Pending(List<Entry> entries, List<CoordinatorAction> then) {}

    final Facts facts = new Facts();
    final Permutation order = RHYTHM.data().permutation(0);
    final Map<Long, SimulatedReplica.Snapshot> stored = new TreeMap<>();
    private final Bounds bounds;
    private final Goals goals;
    private final Plan plan;
    private final List<SmallWorker> workers = new ArrayList<>();
    private final List<Entry> durable = new ArrayList<>();
    private final Deque<Pending> pending = new ArrayDeque<>();
    private final Map<String, Packet.Part> parts = new TreeMap<>();
    private final RunHistory history = new RunHistory();
    private Coordinator coordinator;
    private CoordinatorAction.End end;
    private long now;
    private int ticks;
    private int crashes;
    private int joins;
    private int leaves;
    private int restarts;

    SmallCluster(Bounds bounds) {
        this.bounds = bounds;
        this.goals = new Goals(bounds.steps(), Long.MAX_VALUE, Double.POSITIVE_INFINITY, 2, -1);
        this.plan = Plan.initial(4, Shares.equal(bounds.workers()), goals.known())
                .withCompression(new Compression.TopK(0.5));
        keep(List.of(new Entry.Begin("sim", RHYTHM.data(), "data", "config", "sim")));
        for (int i = 0; i < bounds.workers(); i++) workers.add(new SmallWorker(i, facts));
        start();
    }

    private void start() {
        Accounts accounts = new Accounts(RHYTHM.data(), plan, 2);
        World last = null;
        for (Entry entry : durable) {
            accounts.add(entry);
            if (entry instanceof Entry.Activate activate) last = activate.world();
        }
        Entry term = new Entry.Term(accounts.term() + 1);
        accounts.add(term);
        keep(List.of(term));
        RunTerms terms =
                new RunTerms("sim", accounts.term(), bounds.workers(), 1, 9, 0, last, List.of(), "", 600, 600, true);
        Controller controller =
                new Controller((p, seen) -> Decision.keep(p, "fixed", "fixed"), 1000, 4, accounts.newest());
        coordinator = new Coordinator(terms, RHYTHM, goals, controller, accounts, accounts.newest(), now);
        perform(coordinator.tick(now));
    }

    /** Whether the run came to its end. */
    boolean isOver() {
        return end != null;
    }

    long fingerprint() {
        long hash = Fingerprint.of(
                List.of(coordinator, durable, pending, parts, stored, crashes, joins, leaves, restarts, ticks));
        for (SmallWorker worker : workers) hash = rubato.random.Mix64.mix(hash, Fingerprint.of(worker.state()));
        return hash;
    }

    List<Choice> choices() {
        List<Choice> choices = new ArrayList<>();
        if (isOver()) return choices;
        if (!pending.isEmpty()) choices.add(new Choice(Kind.WRITE, 0));
        for (int i = 0; i < workers.size(); i++) choices(workers.get(i), i, choices);
        boolean quiet = choices.isEmpty();
        for (int i = 0; i < workers.size(); i++) disturb(workers.get(i), i, choices);
        if (joins < bounds.joins() && trains()) choices.add(new Choice(Kind.JOIN, 0));
        if (restarts < bounds.restarts() && trains()) choices.add(new Choice(Kind.RESTART, 0));
        if (quiet) choices.add(new Choice(Kind.TICK, 0));
        return choices;
    }

    private boolean trains() {
        return facts.commits() > 0 || durable.stream().anyMatch(entry -> entry instanceof Entry.Activate);
    }

    private void choices(SmallWorker worker, int i, List<Choice> choices) {
        if (!worker.up.isEmpty()) choices.add(new Choice(Kind.UP, i));
        if (!worker.alive) return;
        if (worker.isReducing() || worker.isLinking()) {
            if (worker.gathered(this) != null) choices.add(new Choice(Kind.REDUCE, i));
            if (goneRank(worker) >= 0) choices.add(new Choice(Kind.BREAK, i));
            if (worker.isToStop()) choices.add(new Choice(Kind.STOP, i));
            return;
        }
        if (!worker.down.isEmpty()) choices.add(new Choice(Kind.DOWN, i));
        if (worker.hasAgenda()) choices.add(new Choice(Kind.APPLY, i));
    }

    private void disturb(SmallWorker worker, int i, List<Choice> choices) {
        if (!worker.alive || !trains()) return;
        boolean another = workers.stream().anyMatch(w -> w != worker && w.alive);
        if (crashes < bounds.crashes() && another) choices.add(new Choice(Kind.CRASH, i));
        if (leaves < bounds.leaves() && another && worker.machine != null) choices.add(new Choice(Kind.LEAVE, i));
    }

    /** The rank of a peer that does not take part any more in the generation a worker waits in, or -1. */
    private int goneRank(SmallWorker worker) {
        World world = worker.isLinking() ? worker.linking() : worker.linked;
        for (int rank = 0; rank < world.size(); rank++) {
            SmallWorker peer = worker(world.members().get(rank).id());
            boolean over = !peer.alive
                    || peer.abandoned.compareTo(world.generation()) >= 0
                    || peer.generation().compareTo(world.generation()) > 0;
            if (peer != worker && over) return rank;
        }
        return -1;
    }

    private SmallWorker worker(WorkerId id) {
        return workers.stream().filter(w -> w.id.equals(id)).findFirst().orElseThrow();
    }

    SmallWorker donor(List<Member> holders, StateName base) {
        for (Member holder : holders) {
            SmallWorker donor = worker(holder.id());
            if (donor.alive && donor.replica.hash(base.step()) == base.hash()) return donor;
        }
        return null;
    }

    void contribute(Packet.Part part) {
        parts.put(part.generation() + "/" + part.step() + "/" + part.rank(), part);
    }

    List<Packet.Part> parts(Generation generation, long step, int size) {
        List<Packet.Part> found = new ArrayList<>();
        for (int rank = 0; rank < size; rank++) {
            Packet.Part part = parts.get(generation + "/" + step + "/" + rank);
            if (part == null) return null;
            found.add(part);
        }
        return found;
    }

    void take(Choice choice) {
        SmallWorker worker = workers.get(Math.min(choice.worker(), workers.size() - 1));
        switch (choice.kind()) {
            case WRITE -> write();
            case UP -> up(worker);
            case DOWN -> worker.deliver(this);
            case APPLY -> worker.apply(this);
            case REDUCE -> worker.reduce(this);
            case BREAK -> worker.breakOff(this, goneRank(worker));
            case STOP -> worker.breakOff(this, -1);
            case CRASH -> crash(worker);
            case JOIN -> join();
            case LEAVE -> leave(worker);
            case RESTART -> restart();
            case TICK -> tick();
        }
        if (choice.kind() != Kind.TICK) ticks = 0;
        linkUp();
        if (!history.violations().isEmpty())
            throw new Violation(history.steps(), history.violations().get(0));
    }

    /** Those who link up all see each other at once. */
    private void linkUp() {
        for (SmallWorker worker : workers) {
            if (!worker.alive || !worker.isLinking()) continue;
            World world = worker.linking();
            boolean all = world.members().stream()
                    .map(m -> worker(m.id()))
                    .allMatch(w ->
                            w.alive && w.isLinking() && w.linking().generation().equals(world.generation()));
            if (!all) continue;
            world.members().forEach(m -> worker(m.id()).link(this));
            return;
        }
    }

    private void write() {
        Pending first = pending.remove();
        keep(first.entries());
        perform(first.then());
    }

    private void keep(List<Entry> entries) {
        for (Entry entry : entries) history.accept(new Positioned(Path.of("ledger"), 0, durable.size(), entry, 0));
        durable.addAll(entries);
        facts.durable(entries);
    }

    private void up(SmallWorker worker) {
        Object message = worker.up.remove();
        perform(
                message == LOST
                        ? coordinator.lost(worker.id, "gone", now)
                        : coordinator.on(worker.id, (ToCoordinator) message, now));
    }

    private void perform(List<CoordinatorAction> actions) {
        for (CoordinatorAction action : actions) {
            if (action instanceof CoordinatorAction.Append append)
                pending.add(new Pending(append.entries(), append.then()));
            else if (action instanceof CoordinatorAction.Durable durable) facts.told(durable);
            else if (action instanceof CoordinatorAction.Send send) {
                facts.told(send.message());
                worker(send.to()).down.add(send.message());
            } else if (action instanceof CoordinatorAction.End how) end(how);
        }
    }

    private void end(CoordinatorAction.End how) {
        if (!how.status().equals("done")) throw new Violation(facts.committed(), "the run failed: " + how.reason());
        if (!history.isFinished() || history.steps() != bounds.steps())
            throw new Violation(history.steps(), "the run ended after " + history.steps() + " steps");
        end = how;
    }

    private void crash(SmallWorker worker) {
        crashes++;
        worker.alive = false;
        worker.down.clear();
        worker.up.add(LOST);
    }

    private void join() {
        joins++;
        workers.add(new SmallWorker(workers.size(), facts));
    }

    private void leave(SmallWorker worker) {
        leaves++;
        worker.up.add(new ToCoordinator.Leave("asked to"));
    }

    private void restart() {
        restarts++;
        pending.clear();
        for (SmallWorker worker : workers) {
            worker.up.clear();
            if (worker.alive) worker.down.add(RECONNECT);
        }
        start();
    }

    private void tick() {
        if (++ticks > MOST_TICKS) throw new Violation(facts.committed(), "nothing happens any more");
        now += LONG_NANOS;
        perform(coordinator.tick(now));
    }
}
