package rubato.runtime;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import rubato.error.RubatoException;
import rubato.protocol.Activity;
import rubato.protocol.Agenda;
import rubato.protocol.ToWorker;
import rubato.protocol.Worker;
import rubato.protocol.WorkerAction;
import rubato.step.StateName;
import rubato.world.Generation;
import rubato.world.Member;

/**
 * A worker that knows the run's configuration: the protocol's state machine, what it trains with, and who performs which of its
 * actions. Belongs to the training thread.
 */
final class WelcomedWorker implements AutoCloseable {
    private final Worker machine;
    private final Trainee trainee;
    private final Doors doors;
    private final Member self;
    private final Introduction introduction;
    private final Generations generations;
    private final Pulse pulse;
    private final StepWork steps;
    private final StateTakeover takeover;
    private final CheckpointWork checkpoints;
    private @Nullable Practice practice;

    WelcomedWorker(
            WorkerTerms terms,
            Endpoint endpoint,
            Introduction introduction,
            Trainee trainee,
            Doors doors,
            Generations generations,
            Pulse pulse,
            Agenda agenda) {
        this.machine = new Worker(terms.id(), trainee.rhythm(), trainee.state(), trainee.cursor());
        this.trainee = trainee;
        this.doors = doors;
        this.self = doors.member(terms);
        this.introduction = introduction;
        this.generations = generations;
        this.pulse = pulse;
        this.steps = new StepWork(machine, trainee, generations, pulse);
        this.takeover = new StateTakeover(machine, trainee, endpoint, doors.route(), generations, pulse);
        this.checkpoints = new CheckpointWork(machine, trainee, agenda);
        this.practice = trainee.practice().orElse(null);
    }

    /** How long to look for a coordinator that is gone. */
    Duration patience() {
        return trainee.patience();
    }

    /** Asks to take part with what is held. */
    List<WorkerAction> join() {
        return join(trainee.state());
    }

    private List<WorkerAction> join(StateName state) {
        return List.of(new WorkerAction.Send(introduction.join(self, trainee, state, practice != null)));
    }

    List<WorkerAction> on(ToWorker message) {
        return message instanceof ToWorker.Welcome ? machine.reattached() : machine.on(message);
    }

    List<WorkerAction> fail(RubatoException error) {
        return machine.fail(error);
    }

    /** Does what sends nothing and does not end the worker. @return what there is to do next, as far as it is known by then */
    List<WorkerAction> perform(WorkerAction action) {
        if (action instanceof WorkerAction.Rejoin rejoin) return join(rejoin.state());
        if (action instanceof WorkerAction.Hold hold) return takeover.hold(hold);
        if (action instanceof WorkerAction.Follow follow) return takeover.follow(follow);
        if (action instanceof WorkerAction.KeepUp) return takeover.keepUp();
        if (action instanceof WorkerAction.Forget) return takeover.forget();
        if (action instanceof WorkerAction.Connect connect) return connect(connect);
        if (action instanceof WorkerAction.Compute compute) return steps.compute(compute);
        if (action instanceof WorkerAction.Apply apply) return apply(apply);
        if (action instanceof WorkerAction.Evaluate evaluate) return steps.evaluate(evaluate);
        if (action instanceof WorkerAction.Freeze) keep();
        if (action instanceof WorkerAction.Store store) checkpoints.store(store);
        if (action instanceof WorkerAction.Complete complete) checkpoints.complete(complete);
        if (action instanceof WorkerAction.Abandon abandon) checkpoints.abandon(abandon);
        return List.of();
    }

    private List<WorkerAction> connect(WorkerAction.Connect connect) {
        doors.mesh().use(trainee.links());
        return generations.connect(connect.world(), doors.mesh(), machine);
    }

    private List<WorkerAction> apply(WorkerAction.Apply apply) {
        List<WorkerAction> next = trainee.apply(apply, machine);
        if (trainee.keeps()) doors.states().told();
        return next;
    }

    /** From now on there is something to follow. */
    private void keep() {
        trainee.keep();
        doors.states().told();
    }

    /** Makes a copy of the state for a peer if it is still the one asked for. */
    void handOver(StateName asked, Consumer<StatePort.Answer> answer) {
        answer.accept(
                trainee.holds(asked)
                        ? new StatePort.Answer(List.of(trainee.freeze()), "")
                        : new StatePort.Answer(List.of(), "holds " + trainee.state()));
    }

    /**
     * While it waits to be a member for the first time a worker spends the time on becoming as fast as the others.
     *
     * @return whether it did something
     */
    boolean practises() {
        Practice open = practice;
        if (open == null) return false;
        pulse.practises(machine);
        if (machine.generation().equals(Generation.NONE) && open.step()) return true;
        practice = null;
        return false;
    }

    void idles() {
        pulse.doing(machine, Activity.IDLE);
    }

    @Override
    public void close() {
        trainee.close();
    }
}
