package rubato.protocol;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Consumer;
import rubato.event.Event;
import rubato.history.Entry;
import rubato.plan.Plan;
import rubato.policy.Policy;
import rubato.random.Mix64;
import rubato.random.Permutation;
import rubato.random.SplitMix;
import rubato.signal.NoiseEstimate;
import rubato.step.Contribution;
import rubato.step.Cursor;
import rubato.step.Evaluation;
import rubato.step.Range;
import rubato.step.RangeDigest;
import rubato.step.SampleDigest;
import rubato.step.StateName;
import rubato.step.StepTimes;
import rubato.world.Generation;
import rubato.world.Member;
import rubato.world.WorkerId;
import rubato.world.World;

/**
 * A run of the real state machines on one seeded event queue: every message, computation and fsync takes a random time, links
 * keep their order, and a worker may die at any moment. The replicated state is one hash of everything trained so far.
 */
final class SimulatedRun {
    static final long MS = 1_000_000;

    private static final StateName INITIAL = new StateName(0, Generation.NONE, 0, 17);

    private record Round(Generation generation, long step) {}

    /** What a checkpoint holds. */
    private record Saved(StateName state, Cursor cursor) {}

    private record Timed(long at, long order, Runnable action) {}

    private final class Node {
        final WorkerId id;
        final Worker machine;
        final Deque<WorkerAction> agenda = new ArrayDeque<>();
        StateName state = INITIAL;
        Cursor cursor = Cursor.START;
        World world = new World(Generation.NONE, List.of());
        boolean busy;
        boolean reducing;
        boolean aborted;
        boolean dead;
        int exitCode = -1;
        long step;
        /** Its checkpoint directory is full, or not that of the run. */
        boolean storesNothing;

        boolean loadsNothing;
        boolean apart;
        boolean diesMaking;
        boolean diesCompleting;
        /** Contributions to these steps are not finite. */
        Set<Long> bad = Set.of();
        /** A bit of its state flips while it computes the gradient of this step, or when it has applied it. */
        long flipsBefore = -1;

        long flipsAfter = -1;
        /** It makes another state of this step than the others, however often. */
        long miscomputes = -1;

        Node(int number, long incarnation) {
            id = new WorkerId("worker-" + number, incarnation);
            machine = new Worker(id, rhythm, INITIAL, Cursor.START);
        }

        int number() {
            return Integer.parseInt(id.name().substring(7));
        }
    }

    final List<Entry> ledger = new ArrayList<>();
    final List<Event> events = new ArrayList<>();
    final List<CoordinatorAction.End> ends = new ArrayList<>();
    /** Who made a state from recorded steps. */
    final List<String> made = new ArrayList<>();

    final Coordinator coordinator;
    private final Rhythm rhythm;
    private final SplitMix random;
    private final PriorityQueue<Timed> queue =
            new PriorityQueue<>(Comparator.comparingLong(Timed::at).thenComparingLong(Timed::order));
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Long> linkFree = new HashMap<>();
    private final Map<Round, Map<Integer, Contribution>> collectives = new HashMap<>();
    private final Map<String, Saved> saved = new HashMap<>();
    private long now;
    private long order;
    private int mostAhead;

    SimulatedRun(long seed, int workers, Rhythm rhythm, Goals goals, Plan plan, Policy policy, int window) {
        this(seed, workers, 1, rhythm, goals, plan, policy, window);
    }

    SimulatedRun(long seed, int workers, int min, Rhythm rhythm, Goals goals, Plan plan, Policy policy, int window) {
        this.random = new SplitMix(seed);
        this.rhythm = rhythm;
        RunTerms terms = new RunTerms("test", 1, workers, min, 8, 0, null, List.of(), "", 60, 60, true);
        coordinator = new Coordinator(
                terms,
                rhythm,
                goals,
                new Controller(policy, window, plan.globalBatch(), plan),
                new Accounts(rhythm.data(), plan, 1),
                plan,
                0);
        for (int i = 0; i < workers; i++) start(new Node(i, 1));
        tick();
    }

    private void start(Node node) {
        nodes.add(node);
        send(node, new ToCoordinator.Hello(node.id, "test", 1, false));
        send(node, new ToCoordinator.Join(new Member(node.id, "h", 1, 1), List.of(), INITIAL, !node.apart, 0, false));
        beat(node);
    }

    private void beat(Node node) {
        if (node.dead || node.exitCode >= 0 || !ends.isEmpty()) return;
        Activity activity = node.reducing ? Activity.REDUCING : node.busy ? Activity.COMPUTING : Activity.IDLE;
        send(node, new ToCoordinator.Beat(node.machine.generation(), node.machine.completed(), activity, 0));
        after(200 * MS, () -> beat(node));
    }

    private void tick() {
        if (!ends.isEmpty()) return;
        perform(coordinator.tick(now));
        after(100 * MS, this::tick);
    }

    /** Starts one more worker at a time. */
    SimulatedRun join(int number, long atNanos) {
        return join(number, atNanos, node -> {});
    }

    /** From one time to another a worker cannot write checkpoints. */
    SimulatedRun diskFull(int number, long fromNanos, long untilNanos) {
        at(fromNanos, () -> nodes.get(number).storesNothing = true);
        at(untilNanos, () -> nodes.get(number).storesNothing = false);
        return this;
    }

    /** Starts one more worker, which cannot read checkpoints and does not know. */
    SimulatedRun joinBlind(int number, long atNanos) {
        return join(number, atNanos, node -> node.loadsNothing = true);
    }

    /** Starts one more worker, which dies when it is to make recorded steps again. */
    SimulatedRun joinFrail(int number, long atNanos) {
        return join(number, atNanos, node -> node.diesMaking = true);
    }

    /** Starts one more worker, which has no file system in common with the run. */
    SimulatedRun joinApart(int number, long atNanos) {
        return join(number, atNanos, node -> {
            node.storesNothing = true;
            node.loadsNothing = true;
            node.apart = true;
        });
    }

    private SimulatedRun join(int number, long atNanos, Consumer<Node> kind) {
        at(atNanos, () -> {
            Node node = new Node(number, now);
            kind.accept(node);
            start(node);
        });
        return this;
    }

    /** A worker dies when it is about to complete a checkpoint. */
    SimulatedRun dieCompleting(int number) {
        nodes.get(number).diesCompleting = true;
        return this;
    }

    /** What a worker contributes to these steps is not finite. */
    SimulatedRun bad(int number, Set<Long> steps) {
        nodes.get(number).bad = steps;
        return this;
    }

    /** A bit of a worker's state flips while it computes a step. */
    SimulatedRun flipBefore(int number, long step) {
        nodes.get(number).flipsBefore = step;
        return this;
    }

    /** A bit of a worker's state flips when it has contributed to a step. */
    SimulatedRun flipAfter(int number, long step) {
        nodes.get(number).flipsAfter = step;
        return this;
    }

    /** A worker makes another state of a step than the others, however often. */
    SimulatedRun miscompute(int number, long step) {
        nodes.get(number).miscomputes = step;
        return this;
    }

    /** Runs until nothing is left to happen. */
    SimulatedRun run() {
        for (int events = 0; !queue.isEmpty(); events++) {
            if (events > 300_000)
                throw new AssertionError("no end after " + events + " events: " + coordinator.status() + " "
                        + ledger.subList(Math.max(0, ledger.size() - 5), ledger.size()));
            Timed next = queue.poll();
            now = next.at();
            next.action().run();
        }
        return this;
    }

    /** Kills a worker at a time: it says nothing more, its peers' collectives break, its connection closes. */
    SimulatedRun kill(int number, long atNanos) {
        at(atNanos, () -> die(nodes.get(number)));
        return this;
    }

    private void die(Node victim) {
        victim.dead = true;
        for (Node node : nodes) {
            int rank = node.world.rankOf(victim.id);
            if (!node.dead && rank >= 0) after(MS, () -> breakCollective(node, rank));
        }
        after(MS, () -> perform(coordinator.lost(victim.id, "killed", now)));
    }

    SimulatedRun interrupt(long atNanos) {
        at(atNanos, () -> perform(coordinator.interrupt()));
        return this;
    }

    long stateOf(int number) {
        return nodes.get(number).state.hash();
    }

    /** What happened but for progress, for the message of a failure. */
    String tale() {
        StringBuilder tale = new StringBuilder();
        for (Event event : events)
            if (!(event instanceof Event.StepCommitted)) tale.append('\n').append(event);
        return tale.toString();
    }

    /** The state of every member of the last generation that still lives. */
    List<Long> statesOfMembers() {
        World last = new World(Generation.NONE, List.of());
        for (Entry entry : ledger) if (entry instanceof Entry.Activate activate) last = activate.world();
        return last.members().stream()
                .map(member -> node(member.id()))
                .filter(node -> !node.dead)
                .map(node -> node.state.hash())
                .toList();
    }

    int mostAhead() {
        return mostAhead;
    }

    List<Entry.Commit> commits() {
        List<Entry.Commit> commits = new ArrayList<>();
        for (Entry entry : ledger) {
            if (entry instanceof Entry.Commit commit) commits.add(commit);
            if (entry instanceof Entry.Activate activate) commits.addAll(activate.completed());
        }
        return commits;
    }

    long generations() {
        return ledger.stream().filter(Entry.Activate.class::isInstance).count();
    }

    private void breakCollective(Node node, int peer) {
        if (node.dead || !node.reducing) return;
        node.reducing = false;
        node.busy = false;
        take(node, node.machine.broken(node.world.generation(), peer, "rank " + peer + " closed its connection"));
    }

    private void at(long when, Runnable action) {
        queue.add(new Timed(when, order++, action));
    }

    private void after(long delay, Runnable action) {
        at(now + delay, action);
    }

    private long someTime() {
        return 1 + random.nextInt(5) * MS / 2 + (random.nextInt(20) == 0 ? 30 * MS : 0);
    }

    /** In order on one link, each message after a random time. */
    private void deliver(String link, Runnable action) {
        long when = Math.max(now + someTime(), linkFree.getOrDefault(link, 0L) + 1);
        linkFree.put(link, when);
        at(when, action);
    }

    private void send(Node node, ToCoordinator message) {
        deliver(node.id + ">c", () -> perform(coordinator.on(node.id, message, now)));
    }

    private void perform(List<CoordinatorAction> actions) {
        for (CoordinatorAction action : actions) {
            if (action instanceof CoordinatorAction.Append append) {
                deliver("disk", () -> {
                    ledger.addAll(append.entries());
                    perform(append.then());
                });
            } else if (action instanceof CoordinatorAction.Send send) {
                Node node = node(send.to());
                deliver("c>" + node.id + node.id.incarnation(), () -> {
                    if (node.dead) return;
                    boolean aborts = send.message() instanceof ToWorker.Sealed
                            || send.message() instanceof ToWorker.Released
                            || send.message() instanceof ToWorker.Refused;
                    node.aborted |= aborts;
                    if (aborts) breakCollective(node, -1);
                    take(node, node.machine.on(send.message()));
                });
            } else if (action instanceof CoordinatorAction.Tell tell) {
                events.add(tell.event());
            } else if (action instanceof CoordinatorAction.End end) {
                ends.add(end);
            }
        }
    }

    private Node node(WorkerId id) {
        return nodes.stream().filter(n -> n.id.equals(id)).findFirst().orElseThrow();
    }

    private void take(Node node, List<WorkerAction> actions) {
        node.agenda.addAll(actions);
        while (!node.busy && !node.dead && !node.agenda.isEmpty()) perform(node, node.agenda.poll());
    }

    private void perform(Node node, WorkerAction action) {
        if (action instanceof WorkerAction.Send send) send(node, send.message());
        else if (action instanceof WorkerAction.Exit exit) node.exitCode = exit.exitCode();
        else if (action instanceof WorkerAction.Hold hold) later(node, () -> hold(node, hold));
        else if (action instanceof WorkerAction.Connect connect) {
            later(node, () -> {
                node.world = connect.world();
                node.aborted = false;
                for (Member peer : connect.world().members()) {
                    if (node(peer.id()).dead)
                        return node.machine.broken(
                                node.world.generation(), node.world.rankOf(peer.id()), peer.id() + " is away");
                }
                return node.machine.linked(connect.world().generation());
            });
        } else if (action instanceof WorkerAction.Rejoin rejoin) {
            send(
                    node,
                    new ToCoordinator.Join(
                            new Member(node.id, "h", 1, 1), List.of(), rejoin.state(), !node.apart, 0, false));
        } else if (action instanceof WorkerAction.Compute compute) compute(node, compute);
        else if (action instanceof WorkerAction.Apply apply) {
            later(node, () -> apply(node, apply));
        } else if (action instanceof WorkerAction.Evaluate evaluate) {
            later(node, () -> node.machine.evaluated(evaluate.step(), metrics(evaluate)));
        } else if (action instanceof WorkerAction.Store store) {
            store(node, store);
        } else if (action instanceof WorkerAction.Complete complete) {
            complete(node, complete);
        } else if (action instanceof WorkerAction.Forget) {
            node.state = INITIAL;
            node.cursor = Cursor.START;
            take(node, node.machine.forgotten(INITIAL, Cursor.START));
        }
    }

    private void store(Node node, WorkerAction.Store store) {
        long hash = node.state.hash();
        saved.put("step-" + store.step(), new Saved(node.state, node.cursor));
        after(someTime() * 3, () -> {
            if (node.dead) return;
            if (node.storesNothing) take(node, node.machine.notStored(store.generation(), store.step(), "disk full"));
            else take(node, node.machine.partStored(store, hash, List.of(hash + "/" + store.part())));
        });
    }

    private void complete(Node node, WorkerAction.Complete complete) {
        if (node.diesCompleting) {
            die(node);
            return;
        }
        String hash = complete.digests().get(0).split("/")[0];
        String all = String.join(",", complete.digests());
        after(someTime(), () -> {
            if (node.dead) return;
            take(
                    node,
                    node.machine.stored(
                            complete.generation(),
                            complete.step(),
                            Long.parseLong(hash),
                            "step-" + complete.step(),
                            all));
        });
    }

    private static List<Evaluation> metrics(WorkerAction.Evaluate evaluate) {
        Evaluation test = new Evaluation("test", 10, 10.0 / (1 + evaluate.step()), Math.min(10, evaluate.step() / 10));
        return evaluate.last() ? List.of(test, new Evaluation("train", 10, 1, 5)) : List.of(test);
    }

    private void later(Node node, java.util.function.Supplier<List<WorkerAction>> work) {
        node.busy = true;
        after(someTime(), () -> {
            if (node.dead) return;
            node.busy = false;
            take(node, work.get());
        });
    }

    private List<WorkerAction> hold(Node node, WorkerAction.Hold hold) {
        Generation generation = hold.world().generation();
        if (Base.same(node.state, hold.base())) {
            node.state = hold.base();
            return node.machine.held(generation, node.state, node.cursor, true);
        }
        for (Member holder : hold.holders()) {
            Node donor = node(holder.id());
            if (donor.dead || !Base.same(donor.state, hold.base())) continue;
            node.state = donor.state;
            node.cursor = donor.cursor;
            return node.machine.held(generation, node.state, node.cursor, true);
        }
        if (!hold.holders().isEmpty())
            return node.machine.notHeld(generation, node.state, false, "no holder of " + hold.base() + " answers");
        if (node.loadsNothing && !hold.recipe().checkpoint().isEmpty())
            return node.machine.notHeld(generation, node.state, false, "no checkpoint here");
        if (!hold.recipe().steps().isEmpty()) made.add(node.id.name());
        if (node.diesMaking) {
            die(node);
            return List.of();
        }
        Saved from = saved.getOrDefault(hold.recipe().checkpoint(), new Saved(INITIAL, Cursor.START));
        node.state = from.state();
        node.cursor = from.cursor();
        for (Recipe.Redo redo : hold.recipe().steps()) {
            long trained = redo.commit().skipped() ? 0 : redo.commit().sampleDigest();
            long hash =
                    Mix64.mix(node.state.hash(), Mix64.mix(trained, redo.plan().version()));
            if (hash != redo.commit().hash())
                return node.machine.notHeld(
                        generation, node.state, true, "step " + redo.commit().step());
            node.state =
                    new StateName(0, redo.commit().generation(), redo.commit().step(), hash);
            node.cursor = node.cursor
                    .take(
                            rhythm.data(),
                            Math.min(redo.plan().globalBatch(), rhythm.data().samples()))
                    .after();
        }
        return node.machine.held(generation, node.state, node.cursor, true);
    }

    private void compute(Node node, WorkerAction.Compute compute) {
        node.busy = true;
        node.step = compute.step();
        mostAhead = Math.max(mostAhead, (int) (compute.step() - committedInLedger()));
        Permutation permutation = rhythm.data().permutation(compute.epoch());
        Round round = new Round(node.machine.generation(), compute.step());
        after(someTime(), () -> {
            if (node.dead || !node.busy) return;
            if (node.flipsBefore == compute.step()) {
                node.flipsBefore = -1;
                node.busy = false;
                take(node, node.machine.corrupted(node.state.hash() ^ 4));
                return;
            }
            node.reducing = true;
            if (node.aborted) breakCollective(node, -1);
            if (node.aborted) return;
            int samples = compute.ranges().stream().mapToInt(Range::count).sum();
            Contribution own = new Contribution(
                    node.state.hash(),
                    node.machine.planVersion(),
                    samples,
                    RangeDigest.of(compute.ranges()),
                    SampleDigest.of(compute.ranges(), permutation),
                    !node.bad.contains(compute.step()),
                    samples,
                    0,
                    samples,
                    samples);
            Map<Integer, Contribution> gathered = collectives.computeIfAbsent(round, s -> new HashMap<>());
            gathered.put(node.machine.rank(), own);
            for (Member member : node.world.members()) {
                if (node(member.id()).dead) after(MS, () -> breakCollective(node, node.world.rankOf(member.id())));
            }
            if (gathered.size() < node.world.size()) return;
            List<Contribution> byRank = new ArrayList<>();
            for (int rank = 0; rank < node.world.size(); rank++) byRank.add(gathered.get(rank));
            for (Member member : node.world.members()) {
                Node peer = node(member.id());
                after(someTime(), () -> {
                    boolean there = peer.reducing && peer.machine.generation().equals(round.generation());
                    if (peer.dead || !there) return;
                    peer.reducing = false;
                    peer.busy = false;
                    take(peer, peer.machine.reduced(compute.step(), byRank));
                });
            }
        });
    }

    private long committedInLedger() {
        List<Entry.Commit> commits = commits();
        return commits.isEmpty() ? 0 : commits.get(commits.size() - 1).step();
    }

    private List<WorkerAction> apply(Node node, WorkerAction.Apply apply) {
        long trained = apply.skip() ? 0 : apply.totals().sampleDigest();
        long hash = Mix64.mix(node.state.hash(), Mix64.mix(trained, apply.plan().version()));
        if (node.flipsAfter == apply.step()) {
            node.flipsAfter = -1;
            hash ^= 4;
        }
        if (node.miscomputes == apply.step()) hash ^= 8;
        node.cursor = node.machine.cursorAfter();
        node.state = new StateName(node.state.lineage(), node.machine.generation(), apply.step(), hash);
        return node.machine.applied(new AppliedStep(
                apply.step(),
                hash,
                apply.totals(),
                apply.skip(),
                NoiseEstimate.NONE,
                0.1,
                new StepTimes(1, 1, 1, 1, 1, 1, 1, 0),
                List.of()));
    }
}
