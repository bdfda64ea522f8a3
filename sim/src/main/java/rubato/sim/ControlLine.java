package rubato.sim;

import org.jspecify.annotations.Nullable;
import rubato.protocol.ToCoordinator;
import rubato.protocol.ToWorker;
import rubato.testkit.SimulatedNetwork;
import rubato.testkit.SimulatedNetwork.Connection;
import rubato.testkit.SimulatedProcess;

/** A worker's connection to the coordinator: dialed again when it breaks, until patience is over. What is sent meanwhile is lost. */
final class ControlLine implements SimulatedNetwork.Port<Packet> {
    /** What the worker it belongs to does about it. */
    interface Owner {
        ToCoordinator.Hello hello();

        void heard(ToWorker message);

        /** No coordinator came back in time. */
        void gaveUp();
    }

    private static final long REDIAL_NANOS = 200 * Scenario.MS;
    private static final long GIVE_UP_NANOS = 60 * Scenario.SECOND;

    private final Stage stage;
    private final SimulatedProcess process;
    private final Owner owner;
    private @Nullable Connection<Packet> connection;
    private long lostSince = -1;

    ControlLine(Stage stage, SimulatedProcess process, Owner owner) {
        this.stage = stage;
        this.process = process;
        this.owner = owner;
    }

    void dial() {
        connection = stage.network.dial(process, this, Stage.COORDINATOR);
    }

    void say(ToCoordinator message) {
        Connection<Packet> open = connection;
        if (open != null) open.send(new Packet.Up(message));
    }

    @Override
    public void opened(Connection<Packet> by, boolean dialed) {
        lostSince = -1;
        by.send(new Packet.Up(owner.hello()));
    }

    @Override
    public void received(Connection<Packet> by, Packet packet) {
        if (by == connection && packet instanceof Packet.Down down) owner.heard(down.message());
    }

    @Override
    public void closed(Connection<Packet> by, String reason) {
        if (by != connection) return;
        connection = null;
        long now = stage.queue.nanos();
        if (lostSince < 0) lostSince = now;
        if (now - lostSince > GIVE_UP_NANOS) {
            owner.gaveUp();
            return;
        }
        stage.queue.after(REDIAL_NANOS, () -> process.take(this::redial));
    }

    private void redial() {
        if (connection == null) dial();
    }
}
