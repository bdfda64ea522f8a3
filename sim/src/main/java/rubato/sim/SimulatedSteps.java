package rubato.sim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import rubato.protocol.Activity;
import rubato.protocol.AppliedStep;
import rubato.protocol.Worker;
import rubato.protocol.WorkerAction;
import rubato.signal.NoiseEstimate;
import rubato.step.Contribution;
import rubato.step.Evaluation;
import rubato.step.StateName;
import rubato.step.StepTimes;
import rubato.testkit.SimulatedProcess;
import rubato.world.Generation;

/** A worker's links and the work of its steps: contribute, wait for the others, apply, evaluate. */
final class SimulatedSteps implements Links.Owner {
    private static final long LINK_NANOS = 3 * Scenario.SECOND;
    private static final int SOUND = -1;

    private final Stage stage;
    private final Worker machine;
    private final SimulatedReplica replica;
    private final WorkerResidual residual;
    private final SimulatedThread thread;
    private final Links links;
    private @Nullable Generation linking;
    private WorkerAction.@Nullable Compute reducing;
    private long computeNanos;
    private long sum;
    private boolean finite;
    private boolean poisoned;
    private boolean deviates;
    private int flip = SOUND;

    SimulatedSteps(
            Stage stage,
            SimulatedProcess process,
            Worker machine,
            SimulatedReplica replica,
            WorkerResidual residual,
            SimulatedThread thread,
            Links.Donor donor) {
        this.stage = stage;
        this.machine = machine;
        this.replica = replica;
        this.residual = residual;
        this.thread = thread;
        this.links = new Links(stage.network, process, this, donor);
    }

    Links links() {
        return links;
    }

    /** Its next contribution is not finite. */
    void poison() {
        poisoned = true;
    }

    /** Its next contribution is not what anybody will get who makes the step again. */
    void deviate() {
        deviates = true;
    }

    /** A bit of its memory flips before its next contribution. */
    void flipBit(int bit) {
        flip = bit;
    }

    void connect(WorkerAction.Connect connect) {
        Generation generation = connect.world().generation();
        thread.begin(Activity.INSTALLING);
        linking = generation;
        links.connect(connect.world(), machine.rank());
        if (linking == null) return;
        thread.later(LINK_NANOS, () -> {
            if (generation.equals(linking)) broke(generation, links.missing(), "no link in time");
        });
    }

    @Override
    public void linked(Generation generation) {
        if (!generation.equals(linking)) return;
        linking = null;
        thread.done(machine.linked(generation));
    }

    @Override
    public void broke(Generation generation, int rank, String reason) {
        boolean waiting = reducing != null || generation.equals(linking);
        links.abandon("broken: " + reason);
        if (!waiting) return;
        reducing = null;
        linking = null;
        thread.done(machine.broken(generation, rank, reason));
    }

    /** The present generation is over: its links break at once, so that nobody waits in it, neither here, later, nor at a peer. */
    void end(String reason) {
        Generation generation = machine.generation();
        if (reducing != null || linking != null) broke(generation, -1, reason);
        else if (links.isOf(generation)) links.abandon(reason);
    }

    void compute(WorkerAction.Compute compute) {
        Generation generation = machine.generation();
        stage.facts.begins(generation, compute.step(), stage.scenario.rhythm().window());
        thread.begin(Activity.COMPUTING);
        long started = stage.queue.nanos();
        thread.later(stage.about(stage.scenario.computeNanos()), () -> {
            computeNanos = stage.queue.nanos() - started;
            contribute(compute, generation);
        });
    }

    private void contribute(WorkerAction.Compute compute, Generation generation) {
        long hash = machine.state().hash();
        if (flip != SOUND) replica.flip(flip);
        flip = SOUND;
        long now = replica.hash(compute.step() - 1);
        if (now != hash) {
            thread.done(machine.corrupted(now));
            return;
        }
        if (links.isBroken()) {
            thread.done(machine.broken(generation, links.missing(), "the links are gone"));
            return;
        }
        var order = stage.permutation(compute.epoch());
        Contribution own = Arithmetic.contribution(hash, machine.planVersion(), compute.ranges(), order, !poisoned);
        poisoned = false;
        reducing = compute;
        thread.does(Activity.REDUCING);
        long gradient = Arithmetic.sum(hash, compute.ranges(), order);
        if (deviates) gradient = stage.facts.unrepeatable.deviate(generation, compute.step(), machine.rank(), gradient);
        deviates = false;
        long sent = residual.send(generation, compute, gradient);
        links.contribute(new Packet.Part(generation, compute.step(), machine.rank(), own, sent));
    }

    @Override
    public void gathered(long step) {
        WorkerAction.Compute compute = reducing;
        if (compute == null || compute.step() != step) return;
        reducing = null;
        Packet.Part[] parts = links.take(step);
        finite = Arrays.stream(parts).allMatch(part -> part.control().finite());
        sum = Arrays.stream(parts).mapToLong(Packet.Part::sum).sum();
        thread.done(machine.reduced(
                step, Arrays.stream(parts).map(Packet.Part::control).toList()));
    }

    void apply(WorkerAction.Apply apply) {
        if (!finite && !apply.skip())
            throw new Violation(
                    apply.step(), "step " + apply.step() + " is applied though a contribution is not finite");
        thread.begin(Activity.COMPUTING);
        long applyNanos = stage.about(2 * Scenario.MS);
        thread.later(applyNanos, () -> settle(apply, applyNanos));
    }

    private void settle(WorkerAction.Apply apply, long applyNanos) {
        replica.apply(sum, apply.skip(), apply.plan(), apply.totals(), machine.cursorAfter());
        residual.settled(machine.generation(), apply);
        long hash = replica.hash(apply.step());
        stage.facts.completed(new StateName(machine.state().lineage(), machine.generation(), apply.step(), hash));
        StepTimes times = new StepTimes(apply.totals().samples(), computeNanos, 0, 1, applyNanos, 0, 0, 0);
        thread.done(machine.applied(new AppliedStep(
                apply.step(), hash, apply.totals(), apply.skip(), NoiseEstimate.NONE, 0.1, times, List.of())));
    }

    void evaluate(WorkerAction.Evaluate evaluate) {
        thread.begin(Activity.EVALUATING);
        thread.later(stage.about(20 * Scenario.MS), () -> {
            List<Evaluation> parts = new ArrayList<>();
            parts.add(new Evaluation("test", 10, 1, 5));
            if (evaluate.last()) parts.add(new Evaluation("train", 10, 1, 5));
            thread.done(machine.evaluated(evaluate.step(), parts));
        });
    }
}
