package rubato.sim;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import rubato.protocol.CoordinatorAction;
import rubato.world.WorkerId;

/** The processes of a schedule and whoever starts them: the launcher that replaces workers and a coordinator that died. */
final class Cluster {
    private static final long MS = Scenario.MS;

    private final Stage stage;
    private final List<SimulatedWorker> workers = new ArrayList<>();
    private SimulatedCoordinator coordinator;
    private int wanted;
    private long incarnations;
    private boolean coordinatorComing;
    private CoordinatorAction.@Nullable End end;
    private @Nullable String coordinatorFailure;

    Cluster(Stage stage) {
        this.stage = stage;
        this.wanted = stage.scenario.workers();
        this.coordinator = new SimulatedCoordinator(stage, this::ended);
    }

    void start() {
        coordinator.start();
        for (int i = 0; i < wanted; i++) spawn("worker-" + i, false);
        watch();
    }

    boolean isOver() {
        return end != null;
    }

    CoordinatorAction.@Nullable End end() {
        return end;
    }

    private void ended(CoordinatorAction.End how) {
        end = how;
    }

    List<SimulatedWorker> workers() {
        return workers;
    }

    private void spawn(String name, boolean standby) {
        incarnations++;
        workers.add(new SimulatedWorker(stage, new WorkerId(name, incarnations), 1 + (int) incarnations, standby));
    }

    /** Every so often whoever is missing is started again. */
    private void watch() {
        if (isOver()) return;
        stage.queue.after(stage.about(400 * MS), this::watch);
        workers.removeIf(worker -> !worker.process.isAlive());
        wanted = coordinator.scaled().orElse(wanted);
        for (int i = 0; workers.size() < wanted; i++) {
            String name = "worker-" + i;
            if (workers.stream().noneMatch(worker -> worker.id.name().equals(name))) spawn(name, false);
        }
        if (!coordinator.process.isAlive() && !coordinatorComing) restart();
    }

    private void restart() {
        coordinatorComing = true;
        coordinatorFailure = coordinator.failure;
        stage.queue.after(stage.about(300 * MS), () -> {
            coordinatorComing = false;
            if (isOver()) return;
            coordinator = new SimulatedCoordinator(stage, this::ended);
            coordinator.start();
        });
    }

    /** Why the coordinator died by itself last, if it did. */
    @Nullable
    String coordinatorFailure() {
        return coordinator.failure != null ? coordinator.failure : coordinatorFailure;
    }

    SimulatedCoordinator coordinator() {
        return coordinator;
    }

    // --- what the nemesis does

    private @Nullable SimulatedWorker pick(int number) {
        List<SimulatedWorker> alive =
                workers.stream().filter(worker -> worker.process.isAlive()).toList();
        return alive.isEmpty() ? null : alive.get(number % alive.size());
    }

    int hostOf(int number) {
        SimulatedWorker worker = pick(number);
        return worker == null ? SimulatedCoordinator.HOST : worker.process.host();
    }

    List<Integer> hosts() {
        List<Integer> hosts = new ArrayList<>();
        hosts.add(SimulatedCoordinator.HOST);
        for (SimulatedWorker worker : workers) hosts.add(worker.process.host());
        return hosts;
    }

    void kill(int number, boolean silently) {
        SimulatedWorker worker = pick(number);
        if (worker == null) return;
        worker.process.kill();
        stage.network.killed(worker.process, silently);
    }

    void pause(int number, long nanos) {
        SimulatedWorker worker = pick(number);
        if (worker == null) return;
        worker.process.pause();
        stage.queue.after(nanos, worker.process::resume);
    }

    void slow(int number, int factor, long nanos) {
        SimulatedWorker worker = pick(number);
        if (worker == null) return;
        worker.slow(factor);
        stage.queue.after(nanos, () -> worker.slow(1));
    }

    void leave(int number) {
        SimulatedWorker worker = pick(number);
        if (worker != null) worker.leave();
    }

    void add(boolean standby) {
        if (workers.size() < stage.scenario.max() + 2) spawn("extra-" + incarnations, standby);
    }

    void scale(int to) {
        coordinator.ask(machine -> machine.askScale(to, answer -> {
            if (answer.ok()) wanted = to;
        }));
    }

    void stop() {
        coordinator.ask(rubato.protocol.Coordinator::interrupt);
    }

    void killCoordinator() {
        coordinator.kill();
    }

    /** The coordinator's machine loses power, perhaps in the middle of a write; its disk forgets what was not forced. */
    void cutPower(int operations) {
        coordinator.dieWriting(operations);
        stage.disk.cutPower();
    }

    void pauseCoordinator(long nanos) {
        SimulatedCoordinator paused = coordinator;
        paused.process.pause();
        stage.queue.after(nanos, paused.process::resume);
    }

    void jumpClock(long nanos) {
        coordinator.jumpClock(nanos);
    }

    /** An old message comes again: to the coordinator or to a worker. */
    void replay(int number, boolean up) {
        if (up) {
            coordinator.replay(number);
            return;
        }
        SimulatedWorker worker = pick(number);
        if (worker != null) worker.replay(number / 7);
    }

    void poison(int number) {
        SimulatedWorker worker = pick(number);
        if (worker != null) worker.poison();
    }

    void deviate(int number) {
        SimulatedWorker worker = pick(number);
        if (worker != null) worker.deviate();
    }

    void flipBit(int number, int bit) {
        SimulatedWorker worker = pick(number);
        if (worker != null) worker.flipBit(bit);
    }

    void killEverything(boolean power) {
        for (int i = 0; i < workers.size(); i++) kill(0, true);
        if (power) cutPower(2);
        else killCoordinator();
    }

    /** All that is slow or stopped goes on. */
    void heal() {
        for (SimulatedWorker worker : workers) {
            worker.slow(1);
            worker.process.resume();
        }
        coordinator.process.resume();
    }
}
