package rubato.sim;

import java.util.List;
import org.jspecify.annotations.Nullable;
import rubato.protocol.Activity;
import rubato.protocol.Worker;
import rubato.protocol.WorkerAction;
import rubato.step.StateName;
import rubato.testkit.SimulatedNetwork.Connection;
import rubato.testkit.SimulatedProcess;
import rubato.world.Generation;
import rubato.world.Member;
import rubato.world.WorkerId;

/** How a worker takes over the state of others, at rest or while they train, and hands over its own. */
final class StateExchange implements Holding.Owner, Following.Owner, StateCalls.Owner, Links.Donor {
    private final Worker machine;
    private final SimulatedReplica replica;
    private final WorkerResidual residual;
    private final SimulatedThread thread;
    private final StateCalls calls;
    private final Holding holding;
    private final Following following = new Following(this);
    /** What was taken over last by following. */
    private @Nullable StateName outside;

    StateExchange(
            Stage stage,
            WorkerId self,
            SimulatedProcess process,
            Worker machine,
            SimulatedReplica replica,
            WorkerResidual residual,
            SimulatedThread thread) {
        this.machine = machine;
        this.replica = replica;
        this.residual = residual;
        this.thread = thread;
        this.calls = new StateCalls(stage.network, process, this);
        this.holding = new Holding(stage, self, replica, residual, this);
    }

    /** Comes to hold the base of a generation. */
    void hold(WorkerAction.Hold hold) {
        thread.begin(Activity.INSTALLING);
        following.stop();
        holding.begin(hold);
    }

    /** Takes over what donors freeze and keeps up with them. */
    void follow(WorkerAction.Follow follow) {
        thread.begin(Activity.INSTALLING);
        residual.forgot();
        following.follow(follow);
    }

    /** Keeps a copy of the present state for whoever will follow. */
    void freeze() {
        following.freeze(replica.snapshot(machine.state()));
    }

    /** Another generation is proposed: whoever is asked may be gone. */
    void giveUp() {
        holding.giveUp("another generation is proposed");
        following.giveUp();
    }

    /** Throws away what is held, down to the initial state. */
    List<WorkerAction> forget() {
        replica.reset();
        residual.forgot();
        return machine.forgotten(initial(machine.state().lineage()), replica.cursor());
    }

    private StateName initial(long lineage) {
        return new StateName(lineage, Generation.NONE, 0, replica.hash(0));
    }

    @Override
    public StateName state() {
        return machine.state();
    }

    @Override
    public void later(long nanos, Runnable action) {
        thread.later(nanos, action);
    }

    @Override
    public void held(WorkerAction.Hold hold) {
        thread.done(machine.held(hold.world().generation(), hold.base(), replica.cursor(), residual.keepsNothing()));
    }

    @Override
    public void notHeld(WorkerAction.Hold hold, boolean recomputed, String reason) {
        StateName initial = initial(hold.base().lineage());
        thread.done(machine.notHeld(hold.world().generation(), initial, recomputed, reason));
    }

    @Override
    public void fetch(Member holder, Packet.Fetch wanted) {
        calls.fetch(holder, wanted);
    }

    @Override
    public void fetched(Packet.State state) {
        holding.received(state);
    }

    @Override
    public void fetchFailed(String reason) {
        holding.fetchFailed(reason);
    }

    @Override
    public void ask(Member donor, Packet.Ask ask) {
        calls.ask(donor, ask);
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
        if (thread.isBusy() && !holding.isUnderWay()) thread.done(List.of());
    }

    @Override
    public void followed() {
        StateName has = outside != null && replica.is(outside) ? outside : machine.state();
        if (thread.isBusy() && !holding.isUnderWay()) thread.done(machine.followed(has));
        else thread.take(() -> machine.followed(has));
    }

    @Override
    public void fetches(Connection<Packet> by, Packet.Fetch fetch) {
        boolean has = replica.is(fetch.wanted());
        by.send(new Packet.State(has ? replica.snapshot(fetch.wanted()) : null));
    }

    @Override
    public void asks(Connection<Packet> by, Packet.Ask ask) {
        boolean steady = replica.is(machine.state());
        by.send(new Packet.Copy(steady ? following.answer(ask, replica.snapshot(machine.state())) : null));
    }
}
