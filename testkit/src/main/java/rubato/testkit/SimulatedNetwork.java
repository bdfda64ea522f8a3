package rubato.testkit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import rubato.random.SplitMix;

/**
 * Connections between simulated processes on one event queue. A connection keeps its order, as TCP does; different connections
 * do not. Links may be slow, repeat messages and break; a cut between two hosts holds what is sent in that direction, close
 * notices too, until it heals. One thread.
 */
public final class SimulatedNetwork<M> {
    /** What a process does with its connections. */
    public interface Port<M> {
        /** A connection stands; {@code dialed} if this process asked for it. */
        void opened(Connection<M> connection, boolean dialed);

        void received(Connection<M> connection, M message);

        /** A connection is gone, or a dial failed. */
        void closed(Connection<M> connection, String reason);
    }

    /** One end of a connection. */
    public static final class Connection<M> {
        private final SimulatedNetwork<M> network;
        private final SimulatedProcess owner;
        private final Port<M> port;
        /** What waits for a cut to heal, or for what was sent before it, by its place in the order. */
        private final TreeMap<Long, Runnable> held = new TreeMap<>();

        private long sent;
        private long next;
        private @Nullable Connection<M> peer;
        private boolean open;
        private boolean severed;
        private long free;

        private Connection(SimulatedNetwork<M> network, SimulatedProcess owner, Port<M> port) {
            this.network = network;
            this.owner = owner;
            this.port = port;
        }

        public boolean isOpen() {
            return open;
        }

        public void send(M message) {
            if (open && !severed) network.send(this, message);
        }

        /** Closes this end; the other learns of it behind everything sent. */
        public void close(String reason) {
            if (open) network.shut(this, reason);
        }

        private Connection<M> peer() {
            if (peer == null) throw new IllegalStateException("not connected");
            return peer;
        }
    }

    private record Listener<M>(SimulatedProcess process, Port<M> port) {}

    private final EventQueue queue;
    private final SplitMix random;
    private final Map<Integer, Listener<M>> listeners = new HashMap<>();
    private final List<Connection<M>> connections = new ArrayList<>();
    private final Set<Connection<M>> holding = new LinkedHashSet<>();
    private final Set<Long> cuts = new HashSet<>();
    private LinkFaults faults;
    private long broken;
    private long duplicated;

    public SimulatedNetwork(EventQueue queue, SplitMix random, LinkFaults faults) {
        this.queue = queue;
        this.random = random;
        this.faults = faults;
    }

    public void faults(LinkFaults from) {
        faults = from;
    }

    /** Connections that broke by chance. */
    public long broken() {
        return broken;
    }

    /** Messages that came twice. */
    public long duplicated() {
        return duplicated;
    }

    /** Whoever dials this address reaches this process from now on. */
    public void listen(int address, SimulatedProcess process, Port<M> port) {
        listeners.put(address, new Listener<>(process, port));
    }

    /** Dials an address; {@link Port#opened} or {@link Port#closed} tells of the outcome. */
    public Connection<M> dial(SimulatedProcess from, Port<M> port, int address) {
        Connection<M> near = new Connection<>(this, from, port);
        queue.after(latency(), () -> accept(near, address));
        return near;
    }

    private void accept(Connection<M> near, int address) {
        Listener<M> listener = listeners.get(address);
        if (listener == null || !listener.process().isAlive()) {
            fail(near, "connection refused", latency());
            return;
        }
        if (isCut(near.owner, listener.process()) || isCut(listener.process(), near.owner)) {
            fail(near, "connect timed out", faults.latencyNanos() * 20);
            return;
        }
        if (!near.owner.isAlive()) return;
        Connection<M> far = new Connection<>(this, listener.process(), listener.port());
        near.peer = far;
        far.peer = near;
        near.open = true;
        far.open = true;
        connections.add(near);
        connections.add(far);
        far.owner.take(() -> far.port.opened(far, false));
        queue.after(latency(), () -> near.owner.take(() -> near.port.opened(near, true)));
        near.free = queue.nanos() + faults.latencyNanos();
        far.free = near.free;
    }

    private void fail(Connection<M> near, String reason, long after) {
        queue.after(after, () -> near.owner.take(() -> near.port.closed(near, reason)));
    }

    private void send(Connection<M> from, M message) {
        if (by(faults.breaks())) {
            broken++;
            sever(from, "connection reset");
            return;
        }
        boolean twice = by(faults.duplicates());
        transmit(from, () -> arrive(from.peer(), message));
        if (!twice) return;
        duplicated++;
        transmit(from, () -> arrive(from.peer(), message));
    }

    private void arrive(Connection<M> at, M message) {
        at.owner.take(() -> {
            if (at.open) at.port.received(at, message);
        });
    }

    private void transmit(Connection<M> from, Runnable arrival) {
        long number = from.sent++;
        queue.at(arrivesAt(from), () -> arrive(from, number, arrival));
    }

    private long arrivesAt(Connection<M> from) {
        long extra = by(faults.delays()) ? 1 + (long) (random.nextDouble() * faults.delayNanos()) : 0;
        long when = Math.max(queue.nanos() + latency() + extra, from.free + 1);
        from.free = when;
        return when;
    }

    /** In order, whatever was held on the way and set free again. */
    private void arrive(Connection<M> from, long number, Runnable arrival) {
        if (isCut(from) || number != from.next) {
            hold(from, number, arrival);
            return;
        }
        Runnable next = arrival;
        while (next != null) {
            from.next++;
            next.run();
            next = isCut(from) ? null : from.held.remove(from.next);
        }
    }

    private void hold(Connection<M> from, long number, Runnable arrival) {
        from.held.put(number, arrival);
        holding.add(from);
    }

    private void shut(Connection<M> from, String reason) {
        from.open = false;
        connections.remove(from);
        Connection<M> far = from.peer();
        transmit(from, () -> gone(far, reason));
    }

    private void gone(Connection<M> at, String reason) {
        if (!at.open) return;
        at.open = false;
        connections.remove(at);
        at.owner.take(() -> at.port.closed(at, reason));
    }

    /** Both ends are told, each in its own time. */
    private void sever(Connection<M> from, String reason) {
        Connection<M> far = from.peer();
        queue.after(latency(), () -> gone(from, reason));
        queue.after(latency(), () -> gone(far, reason));
        for (Connection<M> end : List.of(from, far)) {
            end.severed = true;
            end.held.clear();
        }
    }

    /** A process is dead; its peers hear of it unless its whole machine is gone with it. */
    public void killed(SimulatedProcess process, boolean silently) {
        listeners.values().removeIf(listener -> listener.process() == process);
        for (Connection<M> end : List.copyOf(connections)) {
            if (end.owner != process) continue;
            if (!silently) shut(end, "closed by peer");
            else drop(end);
        }
    }

    private void drop(Connection<M> end) {
        end.open = false;
        connections.remove(end);
    }

    /** From now on nothing gets from one host to another; the way back is another matter. */
    public void cut(int fromHost, int toHost) {
        cuts.add(way(fromHost, toHost));
    }

    /** All cuts heal; what was held arrives, in order. */
    public void healAll() {
        cuts.clear();
        for (Connection<M> end : List.copyOf(holding)) release(end);
    }

    public void heal(int fromHost, int toHost) {
        if (!cuts.remove(way(fromHost, toHost))) return;
        for (Connection<M> end : List.copyOf(holding))
            if (end.owner.host() == fromHost && end.peer().owner.host() == toHost) release(end);
    }

    private void release(Connection<M> end) {
        Map<Long, Runnable> late = new TreeMap<>(end.held);
        end.held.clear();
        holding.remove(end);
        late.forEach((number, arrival) -> queue.at(arrivesAt(end), () -> arrive(end, number, arrival)));
    }

    private boolean isCut(Connection<M> from) {
        return isCut(from.owner, from.peer().owner);
    }

    private boolean isCut(SimulatedProcess from, SimulatedProcess to) {
        return !cuts.isEmpty() && cuts.contains(way(from.host(), to.host()));
    }

    private static long way(int from, int to) {
        return (long) from << 32 | to;
    }

    private boolean by(int oneIn) {
        return oneIn > 0 && random.nextInt(oneIn) == 0;
    }

    private long latency() {
        return 1 + (long) (random.nextDouble() * faults.latencyNanos());
    }
}
