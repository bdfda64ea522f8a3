package rubato.sim;

import java.util.List;
import org.jspecify.annotations.Nullable;
import rubato.protocol.Activity;
import rubato.protocol.Ending;
import rubato.protocol.ToCoordinator;
import rubato.protocol.ToWorker;
import rubato.protocol.Worker;
import rubato.protocol.WorkerAction;
import rubato.step.Cursor;
import rubato.step.StateName;
import rubato.testkit.SimulatedProcess;
import rubato.world.Generation;
import rubato.world.Member;
import rubato.world.WorkerId;

/** A worker process: the real {@link Worker}, and who performs which of its actions in virtual time. */
final class SimulatedWorker implements ControlLine.Owner {
    static final long BEAT_NANOS = 250 * Scenario.MS;

    final WorkerId id;
    final SimulatedProcess process;
    private final Stage stage;
    private final Worker machine;
    private final ControlLine control;
    private final SimulatedThread thread;
    private final StateExchange states;
    private final SimulatedSteps steps;
    private final SimulatedCheckpoints checkpoints;
    private final OldMessages old = new OldMessages();
    private boolean standby;
    private boolean welcomed;
    /** Whether it has prepared what it trains with; before that it only waits to be welcomed. */
    private boolean prepared;

    @Nullable
    Integer exitCode;

    SimulatedWorker(Stage stage, WorkerId id, int host, boolean standby) {
        this.stage = stage;
        this.id = id;
        this.standby = standby;
        this.process = new SimulatedProcess(host);
        SimulatedReplica replica = new SimulatedReplica();
        WorkerResidual residual = new WorkerResidual(id, stage.facts.residuals);
        StateName initial = new StateName(0, Generation.NONE, 0, replica.hash(0));
        this.machine = new Worker(id, stage.scenario.rhythm(), initial, Cursor.START);
        this.control = new ControlLine(stage, process, this);
        this.thread = new SimulatedThread(stage, process, this::perform);
        this.states = new StateExchange(stage, id, process, machine, replica, residual, thread);
        this.steps = new SimulatedSteps(stage, process, machine, replica, residual, thread, states);
        this.checkpoints = new SimulatedCheckpoints(stage, machine, replica, thread);
        stage.network.listen(address(), process, steps.links());
        control.dial();
        stage.queue.after(BEAT_NANOS, this::beat);
    }

    int address() {
        return (int) (100 + id.incarnation());
    }

    @Nullable
    StateName state() {
        return prepared ? machine.state() : null;
    }

    @Override
    public ToCoordinator.Hello hello() {
        return new ToCoordinator.Hello(id, "sim", id.incarnation(), standby);
    }

    @Override
    public void gaveUp() {
        exit(3);
    }

    @Override
    public void heard(ToWorker message) {
        if (message instanceof ToWorker.Welcome) welcome();
        else if (prepared) hear(message);
        else thread.take(() -> Worker.onUnprepared(message));
    }

    private void welcome() {
        if (prepared) {
            end(Ending.byTakeover(machine.generation()));
            thread.take(machine::reattached);
        }
        if (welcomed) return;
        welcomed = true;
        stage.queue.after(stage.about(50 * Scenario.MS), () -> process.take(this::prepare));
    }

    private void prepare() {
        prepared = true;
        thread.does(stage.by(2) ? Activity.PRACTISING : Activity.IDLE);
        join(machine.state());
        if (thread.practises()) thread.later(stage.about(Scenario.SECOND), thread::practised);
    }

    private void join(StateName state) {
        Member self = new Member(id, "sim", address(), address());
        control.say(new ToCoordinator.Join(
                self,
                List.of(new ToCoordinator.Fingerprint("data", "sim")),
                state,
                true,
                stage.scenario.stateBytes(),
                thread.practises()));
    }

    private void hear(ToWorker message) {
        if (message instanceof ToWorker.StandBy) standby = true;
        Ending.by(message, machine.generation()).ifPresent(this::end);
        if (message instanceof ToWorker.Install) states.giveUp();
        old.remember(message);
        thread.take(() -> machine.on(message));
    }

    private void end(Ending ending) {
        if (ending.covers(machine.generation())) steps.end(ending.reason());
    }

    private void beat() {
        if (!process.isAlive()) return;
        stage.queue.after(BEAT_NANOS, this::beat);
        if (!process.isPaused() && prepared) control.say(thread.beat(machine));
    }

    private void perform(WorkerAction action) {
        if (stage.isTraced() && !(action instanceof WorkerAction.Send)) stage.trace(id.name(), action);
        if (action instanceof WorkerAction.Send send) control.say(send.message());
        else if (action instanceof WorkerAction.Rejoin rejoin) join(rejoin.state());
        else if (action instanceof WorkerAction.Exit exit) exit(exit.exitCode());
        else if (action instanceof WorkerAction.Hold hold) states.hold(hold);
        else if (action instanceof WorkerAction.Freeze) states.freeze();
        else if (action instanceof WorkerAction.Follow follow) states.follow(follow);
        else if (action instanceof WorkerAction.Forget) thread.done(states.forget());
        else if (action instanceof WorkerAction.Connect connect) steps.connect(connect);
        else if (action instanceof WorkerAction.Compute compute) steps.compute(compute);
        else if (action instanceof WorkerAction.Apply apply) steps.apply(apply);
        else if (action instanceof WorkerAction.Evaluate evaluate) steps.evaluate(evaluate);
        else if (action instanceof WorkerAction.Store store) checkpoints.store(store);
        else if (action instanceof WorkerAction.Complete complete) checkpoints.complete(complete);
        else if (action instanceof WorkerAction.Abandon abandon) checkpoints.abandon(abandon);
    }

    private void exit(int code) {
        stage.trace(id.name(), "exits with " + code);
        exitCode = code;
        process.kill();
        stage.network.killed(process, false);
    }

    // --- what the nemesis does

    void slow(int factor) {
        thread.slow(factor);
    }

    void poison() {
        steps.poison();
    }

    void deviate() {
        steps.deviate();
    }

    void flipBit(int bit) {
        steps.flipBit(bit);
    }

    /** It asks to leave, as on SIGTERM. */
    void leave() {
        process.take(() -> control.say(new ToCoordinator.Leave("asked to")));
    }

    /** A message of some generation comes again, long after its time. */
    void replay(int number) {
        process.take(() -> {
            ToWorker again = old.any(number);
            if (again == null) return;
            if (stage.isTraced()) stage.trace(id.name(), "again: " + again);
            thread.take(() -> machine.on(again));
        });
    }
}
