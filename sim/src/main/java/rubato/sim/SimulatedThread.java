package rubato.sim;

import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import rubato.protocol.Activity;
import rubato.protocol.Agenda;
import rubato.protocol.ToCoordinator;
import rubato.protocol.Worker;
import rubato.protocol.WorkerAction;
import rubato.testkit.SimulatedProcess;

/** A worker's training thread: the real {@link Agenda}, whose actions take virtual time. */
final class SimulatedThread {
    private final Stage stage;
    private final SimulatedProcess process;
    private final Consumer<WorkerAction> performer;
    private final Agenda agenda = new Agenda(new ArrayDeque<>());
    private boolean busy;
    private Activity activity = Activity.INSTALLING;
    private long since;
    private int slowness = 1;

    SimulatedThread(Stage stage, SimulatedProcess process, Consumer<WorkerAction> performer) {
        this.stage = stage;
        this.process = process;
        this.performer = performer;
    }

    /** Everything takes so many times as long. */
    void slow(int factor) {
        slowness = factor;
    }

    boolean isBusy() {
        return busy;
    }

    /** An action takes time from now on, until it is done. */
    void begin(Activity what) {
        busy = true;
        does(what);
    }

    boolean practises() {
        return activity == Activity.PRACTISING;
    }

    /** It has practised for long enough, if nothing has ended that before. */
    void practised() {
        if (practises()) does(Activity.IDLE);
    }

    void does(Activity what) {
        activity = what;
        since = stage.queue.nanos();
    }

    /** The action under way is done; what comes of it. */
    void done(List<WorkerAction> next) {
        busy = false;
        does(Activity.IDLE);
        agenda.add(next);
        work();
    }

    /** Something happened: taken in as soon as no action is under way. */
    void take(Supplier<List<WorkerAction>> event) {
        agenda.happened(event);
        work();
    }

    private void work() {
        while (!busy && process.isAlive()) {
            WorkerAction next = agenda.next();
            if (next == null) return;
            performer.accept(next);
        }
    }

    /** Does something after a while, if the process lives. */
    void later(long nanos, Runnable action) {
        stage.queue.after(nanos * slowness, () -> process.take(action));
    }

    ToCoordinator.Beat beat(Worker machine) {
        return new ToCoordinator.Beat(machine.generation(), machine.completed(), activity, stage.queue.nanos() - since);
    }
}
