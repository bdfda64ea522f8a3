package rubato.protocol;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
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
import rubato.world.WorkerId;

/**
 * A run of the real state machines on one seeded event queue: every message, computation and fsync takes a random time, links
 * keep their order, and a worker may die at any moment. The replicated state is one hash of everything trained so far.
 */
final class SimulatedRun {
    static final long MS = 1_000_000;

    private record Timed(long at, long order, Runnable action) {}

    private final class Node {
        final WorkerId id;
        final Worker machine;
        final Deque<WorkerAction> agenda = new ArrayDeque<>();
        long state = 17;
        boolean busy;
        boolean dead;
        int exitCode = -1;
        long step;

        Node(int number) {
            id = new WorkerId("worker-" + number, 1);
            machine = new Worker(id, rhythm, new StateName(0, Generation.NONE, 0, 17), Cursor.START);
        }
    }

    final List<Entry> ledger = new ArrayList<>();
    final List<Event> events = new ArrayList<>();
    final List<CoordinatorAction.End> ends = new ArrayList<>();
    final Coordinator coordinator;
    private final Rhythm rhythm;
    private final SplitMix random;
    private final PriorityQueue<Timed> queue =
            new PriorityQueue<>(Comparator.comparingLong(Timed::at).thenComparingLong(Timed::order));
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Long> linkFree = new HashMap<>();
    private final Map<Long, Map<Integer, Contribution>> collectives = new HashMap<>();
    private long now;
    private long order;
    private int mostAhead;

    SimulatedRun(long seed, int workers, Rhythm rhythm, Goals goals, Plan plan, Policy policy, int window) {
        this.random = new SplitMix(seed);
        this.rhythm = rhythm;
        RunTerms terms = new RunTerms(
                "test",
                1,
                workers,
                new StateName(0, Generation.NONE, 0, 0),
                Cursor.START,
                plan,
                List.of(),
                "",
                "",
                0,
                60,
                60);
        coordinator =
                new Coordinator(terms, rhythm, goals, new Controller(policy, window, plan.globalBatch(), plan), 0);
        for (int i = 0; i < workers; i++) nodes.add(new Node(i));
        for (Node node : nodes) send(node, new ToCoordinator.Hello(node.id, "test", 1));
        for (Node node : nodes) {
            send(node, new ToCoordinator.Join(node.id, "h", 1, List.of(), new StateName(0, Generation.NONE, 0, 17)));
        }
    }

    /** Runs until nothing is left to happen. */
    SimulatedRun run() {
        for (int events = 0; !queue.isEmpty(); events++) {
            if (events > 2_000_000) throw new AssertionError("no end after " + events + " events");
            Timed next = queue.poll();
            now = next.at();
            next.action().run();
        }
        return this;
    }

    /** Kills a worker at a time: it says nothing more, its peers' collectives break, its connection closes. */
    SimulatedRun kill(int number, long atNanos) {
        at(atNanos, () -> {
            nodes.get(number).dead = true;
            for (Node node : nodes) {
                if (!node.dead && node.busy) after(MS, () -> breakCollective(node, number));
            }
            after(MS, () -> perform(coordinator.lost(nodes.get(number).id, "killed", now)));
        });
        return this;
    }

    SimulatedRun interrupt(long atNanos) {
        at(atNanos, () -> perform(coordinator.interrupt()));
        return this;
    }

    long stateOf(int number) {
        return nodes.get(number).state;
    }

    int exitCodeOf(int number) {
        return nodes.get(number).exitCode;
    }

    int mostAhead() {
        return mostAhead;
    }

    List<Entry.Commit> commits() {
        return ledger.stream()
                .filter(Entry.Commit.class::isInstance)
                .map(Entry.Commit.class::cast)
                .toList();
    }

    private void breakCollective(Node node, int peer) {
        if (node.dead || !node.busy) return;
        node.busy = false;
        take(node, node.machine.broken(node.step, peer, "rank " + peer + " closed its connection"));
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
                Node node = nodes.get(Integer.parseInt(send.to().name().substring(7)));
                deliver("c>" + node.id, () -> {
                    if (!node.dead) take(node, node.machine.on(send.message()));
                });
            } else if (action instanceof CoordinatorAction.Tell tell) {
                events.add(tell.event());
            } else if (action instanceof CoordinatorAction.End end) {
                ends.add(end);
            }
        }
    }

    private void take(Node node, List<WorkerAction> actions) {
        node.agenda.addAll(actions);
        while (!node.busy && !node.dead && !node.agenda.isEmpty()) perform(node, node.agenda.poll());
    }

    private void perform(Node node, WorkerAction action) {
        if (action instanceof WorkerAction.Send send) send(node, send.message());
        else if (action instanceof WorkerAction.Exit exit) node.exitCode = exit.exitCode();
        else if (action instanceof WorkerAction.Connect)
            later(node, () -> node.machine.installed(new StateName(0, Generation.NONE, 0, 17)));
        else if (action instanceof WorkerAction.Compute compute) compute(node, compute);
        else if (action instanceof WorkerAction.Apply apply) {
            later(node, () -> apply(node, apply));
        } else if (action instanceof WorkerAction.Evaluate evaluate) {
            later(node, () -> node.machine.evaluated(evaluate.step(), metrics(evaluate)));
        } else if (action instanceof WorkerAction.Store store) {
            long hash = node.state;
            after(someTime() * 3, () -> {
                if (!node.dead) take(node, node.machine.stored(store.step(), hash, "step-" + store.step(), "sha"));
            });
        }
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

    private void compute(Node node, WorkerAction.Compute compute) {
        node.busy = true;
        node.step = compute.step();
        mostAhead = Math.max(mostAhead, (int) (compute.step() - committedInLedger()));
        Permutation permutation = rhythm.data().permutation(compute.epoch());
        after(someTime(), () -> {
            if (node.dead) return;
            int samples = compute.ranges().stream().mapToInt(Range::count).sum();
            Contribution own = new Contribution(
                    node.state,
                    node.machine.planVersion(),
                    samples,
                    RangeDigest.of(compute.ranges()),
                    SampleDigest.of(compute.ranges(), permutation),
                    true,
                    samples,
                    0,
                    samples,
                    samples);
            Map<Integer, Contribution> gathered = collectives.computeIfAbsent(compute.step(), s -> new HashMap<>());
            gathered.put(node.machine.rank(), own);
            for (Node peer : nodes) {
                if (peer.dead) after(MS, () -> breakCollective(node, peer.machine.rank()));
            }
            if (gathered.size() < nodes.size()) return;
            List<Contribution> byRank = new ArrayList<>();
            for (int rank = 0; rank < nodes.size(); rank++) byRank.add(gathered.get(rank));
            for (Node peer : nodes) {
                after(someTime(), () -> {
                    if (peer.dead || !peer.busy) return;
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
        node.state = Mix64.mix(
                node.state,
                Mix64.mix(apply.totals().sampleDigest(), apply.plan().version()));
        return node.machine.applied(
                apply.step(),
                node.state,
                apply.totals(),
                apply.skip(),
                NoiseEstimate.NONE,
                0.1,
                new StepTimes(1, 1, 1, 1, 1));
    }
}
