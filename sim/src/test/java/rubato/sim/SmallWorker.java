package rubato.sim;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import rubato.protocol.AppliedStep;
import rubato.protocol.Recipe;
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
import rubato.world.Generation;
import rubato.world.Member;
import rubato.world.WorkerId;
import rubato.world.World;

/** A worker of a {@link SmallCluster}: what may happen to it next is for others to choose. */
final class SmallWorker {
    final WorkerId id;
    final Deque<Object> down = new ArrayDeque<>();
    final Deque<Object> up = new ArrayDeque<>();
    final SimulatedReplica replica = new SimulatedReplica();
    private final WorkerResidual residual;
    Worker machine;
    boolean alive = true;
    private final Deque<WorkerAction> agenda = new ArrayDeque<>();
    private World linking;
    World linked;
    private WorkerAction.Compute reducing;
    Generation abandoned = Generation.NONE;
    private long sum;

    SmallWorker(int number, Facts facts) {
        id = new WorkerId("w" + number, 1);
        residual = new WorkerResidual(id, facts.residuals);
        up.add(new ToCoordinator.Hello(id, "sim", number, false));
    }

    /** What a fingerprint of it covers. */
    List<Object> state() {
        return Arrays.asList(
                id,
                down,
                up,
                replica,
                residual.feedback(),
                machine,
                alive,
                agenda,
                linking,
                linked,
                reducing,
                abandoned,
                sum);
    }

    boolean isReducing() {
        return reducing != null;
    }

    boolean isLinking() {
        return linking != null;
    }

    boolean hasAgenda() {
        return !agenda.isEmpty() && reducing == null && linking == null;
    }

    Generation generation() {
        return machine == null ? Generation.NONE : machine.generation();
    }

    /** Whether a message on its way ends the generation it waits in. */
    boolean isToStop() {
        return down.stream()
                .anyMatch(m -> m instanceof ToWorker.Sealed sealed
                                && sealed.generation().equals(generation())
                        || m instanceof ToWorker.Released
                        || m instanceof ToWorker.Welcome);
    }

    void deliver(SmallCluster cluster) {
        Object message = down.remove();
        if (message == SmallCluster.RECONNECT) {
            up.clear();
            up.add(new ToCoordinator.Hello(id, "sim", 0, false));
            return;
        }
        if (message instanceof ToWorker.Welcome) {
            welcomed();
        } else if (message instanceof ToWorker.Refused) {
            alive = false;
        } else if (machine != null) {
            agenda.addAll(machine.on((ToWorker) message));
        }
        run(cluster);
    }

    private void welcomed() {
        if (machine != null) {
            agenda.addAll(machine.reattached());
            return;
        }
        StateName initial = new StateName(0, Generation.NONE, 0, replica.hash(0));
        machine = new Worker(id, SmallCluster.RHYTHM, initial, Cursor.START);
        join(initial);
    }

    private void join(StateName state) {
        up.add(new ToCoordinator.Join(new Member(id, "h", 1, 1), List.of(), state));
    }

    /** Everything that no other process sees in the making; a step is applied when it is chosen. */
    void run(SmallCluster cluster) {
        while (alive && hasAgenda() && !(agenda.peek() instanceof WorkerAction.Apply))
            perform(cluster, agenda.remove());
    }

    void apply(SmallCluster cluster) {
        WorkerAction.Apply apply = (WorkerAction.Apply) agenda.remove();
        replica.apply(sum, apply.skip(), apply.plan(), apply.totals(), machine.cursorAfter());
        residual.settled(machine.generation(), apply);
        long hash = replica.hash(apply.step());
        cluster.facts.completed(new StateName(machine.state().lineage(), machine.generation(), apply.step(), hash));
        agenda.addAll(machine.applied(new AppliedStep(
                apply.step(),
                hash,
                apply.totals(),
                apply.skip(),
                NoiseEstimate.NONE,
                0.1,
                new StepTimes(1, 1, 0, 1, 1, 0, 0, 0),
                List.of())));
        run(cluster);
    }

    private void perform(SmallCluster cluster, WorkerAction action) {
        if (action instanceof WorkerAction.Send send) up.add(send.message());
        else if (action instanceof WorkerAction.Rejoin rejoin) join(rejoin.state());
        else if (action instanceof WorkerAction.Exit) alive = false;
        else if (action instanceof WorkerAction.Hold hold) hold(cluster, hold);
        else if (action instanceof WorkerAction.Connect connect) linking = connect.world();
        else if (action instanceof WorkerAction.Compute compute) compute(cluster, compute);
        else if (action instanceof WorkerAction.Evaluate evaluate)
            agenda.addAll(machine.evaluated(evaluate.step(), metrics()));
        else if (action instanceof WorkerAction.Store store) store(cluster, store);
        else if (action instanceof WorkerAction.Complete complete) complete(complete);
    }

    private static List<Evaluation> metrics() {
        return List.of(new Evaluation("test", 1, 1, 1), new Evaluation("train", 1, 1, 1));
    }

    private void store(SmallCluster cluster, WorkerAction.Store store) {
        cluster.stored.put(store.step(), replica.snapshot(machine.state()));
        long hash = machine.state().hash();
        agenda.addAll(machine.partStored(store, hash, List.of(String.valueOf(hash))));
    }

    private void complete(WorkerAction.Complete complete) {
        long hash = Long.parseLong(complete.digests().get(0));
        agenda.addAll(
                machine.stored(complete.generation(), complete.step(), hash, String.valueOf(complete.step()), "sha"));
    }

    private void hold(SmallCluster cluster, WorkerAction.Hold hold) {
        StateName mine = machine.state();
        StateName base = hold.base();
        if (mine.step() == base.step() && mine.hash() == base.hash()) residual.renamed(mine, base);
        else if (hold.holders().isEmpty()) recompute(cluster, hold);
        else fetch(cluster, hold);
        Generation generation = hold.world().generation();
        if (replica.is(base)) {
            if (hold.stored()) residual.forgot();
            agenda.addAll(machine.held(generation, base, replica.cursor(), residual.keepsNothing()));
            return;
        }
        replica.reset();
        residual.forgot();
        StateName initial = new StateName(base.lineage(), Generation.NONE, 0, replica.hash(0));
        agenda.addAll(machine.notHeld(generation, initial, hold.holders().isEmpty(), "cannot"));
    }

    private void fetch(SmallCluster cluster, WorkerAction.Hold hold) {
        SmallWorker donor = cluster.donor(hold.holders(), hold.base());
        if (donor == null) return;
        SimulatedReplica.Snapshot snapshot = donor.replica.snapshot(hold.base());
        boolean updated = replica.isUpdatedIn(snapshot);
        replica.restore(snapshot);
        residual.tookOver(hold.base(), updated);
    }

    private void recompute(SmallCluster cluster, WorkerAction.Hold hold) {
        Recipe recipe = hold.recipe();
        replica.reset();
        if (!recipe.checkpoint().isEmpty()) replica.restore(cluster.stored.get(Long.parseLong(recipe.checkpoint())));
        PlayedSteps played = new PlayedSteps(replica, SmallCluster.RHYTHM);
        for (Recipe.Redo redo : recipe.steps()) played.redo(redo, cluster.order);
        if (replica.is(hold.base())) residual.recomputed(recipe, played.of(id));
    }

    /** All members linked up. */
    void link(SmallCluster cluster) {
        linked = linking;
        linking = null;
        agenda.addAll(machine.linked(linked.generation()));
        run(cluster);
    }

    World linking() {
        return linking;
    }

    /** A link of the present generation is gone, for whatever reason. */
    void breakOff(SmallCluster cluster, int rank) {
        Generation generation = generation();
        abandoned = generation;
        reducing = null;
        linking = null;
        agenda.addAll(machine.broken(generation, rank, "broken"));
        run(cluster);
    }

    private void compute(SmallCluster cluster, WorkerAction.Compute compute) {
        cluster.facts.begins(machine.generation(), compute.step(), SmallCluster.RHYTHM.window());
        long hash = machine.state().hash();
        Contribution own = Arithmetic.contribution(hash, machine.planVersion(), compute.ranges(), cluster.order, true);
        long gradient = Arithmetic.sum(hash, compute.ranges(), cluster.order);
        reducing = compute;
        cluster.contribute(new Packet.Part(
                machine.generation(),
                compute.step(),
                machine.rank(),
                own,
                residual.send(machine.generation(), compute, gradient)));
    }

    /** Every rank's part of the step it waits for, or null. */
    List<Packet.Part> gathered(SmallCluster cluster) {
        return reducing == null ? null : cluster.parts(machine.generation(), reducing.step(), linked.size());
    }

    void reduce(SmallCluster cluster) {
        List<Packet.Part> parts = gathered(cluster);
        long step = reducing.step();
        reducing = null;
        sum = parts.stream().mapToLong(Packet.Part::sum).sum();
        agenda.addAll(
                machine.reduced(step, parts.stream().map(Packet.Part::control).toList()));
        run(cluster);
    }
}
