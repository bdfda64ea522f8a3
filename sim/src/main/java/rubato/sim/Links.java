package rubato.sim;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import rubato.testkit.SimulatedNetwork;
import rubato.testkit.SimulatedNetwork.Connection;
import rubato.testkit.SimulatedProcess;
import rubato.world.Generation;
import rubato.world.World;

/**
 * One worker's links to its peers: they stand for one generation, carry every rank's part of a step to every other, and break
 * for good. Frames of another generation are dropped.
 */
final class Links implements SimulatedNetwork.Port<Packet> {
    /** What the worker does about its links. */
    interface Owner {
        void linked(Generation generation);

        void broke(Generation generation, int rank, String reason);

        /** Every rank's part of a step is here. */
        void gathered(long step);
    }

    /** What it answers those who come for its state. */
    interface Donor {
        void fetches(Connection<Packet> by, Packet.Fetch fetch);

        void asks(Connection<Packet> by, Packet.Ask ask);
    }

    private final SimulatedNetwork<Packet> network;
    private final SimulatedProcess process;
    private final Owner owner;
    private final Donor donor;
    private final Map<Connection<Packet>, Packet.Greeting> greeted = new HashMap<>();
    private final Map<Generation, Map<Integer, Connection<Packet>>> early = new HashMap<>();
    private final TreeMap<Long, Packet.Part[]> parts = new TreeMap<>();
    private @Nullable World world;
    private int rank;
    private @Nullable Connection<Packet>[] links = ends(0);
    private boolean complete;
    private boolean broken;

    Links(SimulatedNetwork<Packet> network, SimulatedProcess process, Owner owner, Donor donor) {
        this.network = network;
        this.process = process;
        this.owner = owner;
        this.donor = donor;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static @Nullable Connection<Packet>[] ends(int size) {
        return new Connection[size];
    }

    /** Links up with all members of a world; the lower rank dials. */
    void connect(World next, int ownRank) {
        abandon("next generation");
        world = next;
        rank = ownRank;
        links = ends(next.size());
        complete = false;
        broken = false;
        parts.clear();
        for (int peer = ownRank + 1; peer < next.size(); peer++) {
            Connection<Packet> link =
                    network.dial(process, this, next.members().get(peer).port());
            greeted.put(link, new Packet.Greeting(next.generation(), peer));
            links[peer] = link;
        }
        Map<Integer, Connection<Packet>> waiting = early.remove(next.generation());
        early.keySet().removeIf(g -> g.compareTo(next.generation()) < 0);
        if (waiting != null) waiting.forEach((peer, link) -> links[peer] = link);
        completeIfAll();
    }

    /** Closes what stands. */
    void abandon(String reason) {
        for (@Nullable Connection<Packet> link : links) if (link != null) link.close(reason);
        broken = true;
    }

    private @Nullable Generation generation() {
        return world == null ? null : world.generation();
    }

    boolean isOf(Generation generation) {
        return generation.equals(generation());
    }

    private void completeIfAll() {
        World now = world;
        if (complete || broken || now == null) return;
        for (int peer = 0; peer < links.length; peer++) {
            Connection<Packet> link = links[peer];
            if (peer != rank && (link == null || !link.isOpen())) return;
        }
        complete = true;
        owner.linked(now.generation());
    }

    boolean isBroken() {
        return broken;
    }

    /** The first rank whose link is missing, or -1. */
    int missing() {
        for (int peer = 0; peer < links.length; peer++) {
            Connection<Packet> link = links[peer];
            if (peer != rank && (link == null || !link.isOpen())) return peer;
        }
        return -1;
    }

    /** Sends this rank's part of a step to all. */
    void contribute(Packet.Part own) {
        keep(own);
        for (@Nullable Connection<Packet> link : links) if (link != null) link.send(own);
        gatheredIfAll(own.step());
    }

    private void keep(Packet.Part part) {
        parts.computeIfAbsent(part.step(), s -> new Packet.Part[links.length])[part.rank()] = part;
    }

    private void gatheredIfAll(long step) {
        Packet.Part[] all = parts.get(step);
        if (all == null || all[rank] == null) return;
        for (Packet.@Nullable Part part : all) if (part == null) return;
        owner.gathered(step);
    }

    /** All parts of a step, by rank; older ones are forgotten. */
    Packet.Part[] take(long step) {
        parts.headMap(step).clear();
        Packet.Part[] all = parts.remove(step);
        if (all == null) throw new IllegalStateException("step " + step + " was not gathered");
        return all;
    }

    @Override
    public void opened(Connection<Packet> connection, boolean dialed) {
        if (!dialed) return;
        Packet.Greeting peer = greeted.get(connection);
        if (peer == null || !peer.generation().equals(generation())) {
            connection.close("too late");
            return;
        }
        connection.send(new Packet.Greeting(peer.generation(), rank));
        completeIfAll();
    }

    @Override
    public void received(Connection<Packet> connection, Packet message) {
        if (message instanceof Packet.Greeting greeting) greet(connection, greeting);
        else if (message instanceof Packet.Part part) receive(connection, part);
        else if (message instanceof Packet.Fetch fetch) donor.fetches(connection, fetch);
        else if (message instanceof Packet.Ask ask) donor.asks(connection, ask);
    }

    private void greet(Connection<Packet> connection, Packet.Greeting greeting) {
        greeted.put(connection, greeting);
        Generation now = generation();
        if (now != null && greeting.generation().equals(now)) {
            if (broken) {
                connection.close("this generation is over here");
                return;
            }
            links[greeting.rank()] = connection;
            completeIfAll();
        } else if (now == null || greeting.generation().compareTo(now) > 0) {
            early.computeIfAbsent(greeting.generation(), g -> new TreeMap<>()).put(greeting.rank(), connection);
        } else {
            connection.close("an old generation");
        }
    }

    private void receive(Connection<Packet> connection, Packet.Part part) {
        if (broken || !part.generation().equals(generation()) || links[part.rank()] != connection) return;
        keep(part);
        gatheredIfAll(part.step());
    }

    @Override
    public void closed(Connection<Packet> connection, String reason) {
        Packet.Greeting peer = greeted.remove(connection);
        if (peer == null || broken || !peer.generation().equals(generation())) return;
        if (links[peer.rank()] != connection) return;
        owner.broke(peer.generation(), peer.rank(), reason);
    }
}
