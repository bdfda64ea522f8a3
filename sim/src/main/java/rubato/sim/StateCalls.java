package rubato.sim;

import org.jspecify.annotations.Nullable;
import rubato.testkit.SimulatedNetwork;
import rubato.testkit.SimulatedNetwork.Connection;
import rubato.testkit.SimulatedProcess;
import rubato.world.Member;

/** A worker's calls at the doors of peers whose state it takes over: one question, one answer. */
final class StateCalls implements SimulatedNetwork.Port<Packet> {
    /** What is done about the answers. */
    interface Owner {
        void fetched(Packet.State state);

        void fetchFailed(String reason);

        void answered(Packet.Copy copy);

        void notAnswered();
    }

    private final SimulatedNetwork<Packet> network;
    private final SimulatedProcess process;
    private final Owner owner;
    private @Nullable Connection<Packet> fetching;
    private Packet.@Nullable Fetch wanted;
    private @Nullable Connection<Packet> asking;
    private Packet.@Nullable Ask question;

    StateCalls(SimulatedNetwork<Packet> network, SimulatedProcess process, Owner owner) {
        this.network = network;
        this.process = process;
        this.owner = owner;
    }

    void fetch(Member holder, Packet.Fetch state) {
        wanted = state;
        fetching = network.dial(process, this, holder.statePort());
    }

    void ask(Member donor, Packet.Ask ask) {
        Connection<Packet> before = asking;
        question = ask;
        asking = network.dial(process, this, donor.statePort());
        if (before != null) before.close("another question");
    }

    @Override
    public void opened(Connection<Packet> connection, boolean dialed) {
        if (connection == fetching && wanted != null) connection.send(wanted);
        else if (connection == asking && question != null) connection.send(question);
        else connection.close("too late");
    }

    @Override
    public void received(Connection<Packet> connection, Packet message) {
        if (message instanceof Packet.Copy copy && connection == asking) {
            asking = null;
            connection.close("done");
            owner.answered(copy);
        } else if (message instanceof Packet.State state && connection == fetching) {
            fetching = null;
            connection.close("done");
            owner.fetched(state);
        }
    }

    @Override
    public void closed(Connection<Packet> connection, String reason) {
        if (connection == fetching) {
            fetching = null;
            owner.fetchFailed(reason);
        } else if (connection == asking) {
            asking = null;
            owner.notAnswered();
        }
    }
}
