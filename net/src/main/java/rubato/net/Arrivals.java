package rubato.net;

import java.nio.channels.SocketChannel;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import rubato.world.Generation;

/** Sockets that peers have opened and this worker has not taken yet, by generation, rank and index. */
final class Arrivals {
    private static final int MAX_WAITING = 1024;

    private record Key(Generation generation, int from, int index) {}

    /** A socket and what it is for. */
    record Arrival(Purpose.Data data, SocketChannel channel) {}

    /** Guards everything below. */
    private final Object lock = new Object();

    private final Map<Key, Arrival> waiting = new LinkedHashMap<>();
    private Generation current = Generation.NONE;
    private boolean closed;

    boolean welcome(Purpose.Data data) {
        synchronized (lock) {
            return !closed && generation(data).compareTo(current) >= 0 && waiting.size() < MAX_WAITING;
        }
    }

    /** A second socket of the same kind from the same rank takes the place of the first. */
    void add(Purpose.Data data, SocketChannel channel) {
        synchronized (lock) {
            if (closed || generation(data).compareTo(current) < 0) {
                Sockets.closeQuietly(channel);
                return;
            }
            Arrival earlier =
                    waiting.put(new Key(generation(data), data.from(), data.index()), new Arrival(data, channel));
            if (earlier != null) Sockets.closeQuietly(earlier.channel());
            lock.notifyAll();
        }
    }

    /** Refuses earlier generations from here on. */
    void begin(Generation generation) {
        synchronized (lock) {
            if (generation.compareTo(current) < 0)
                throw new IllegalArgumentException("generation must be >= " + current + ", was " + generation);
            current = generation;
            waiting.entrySet().removeIf(entry -> outdated(entry.getKey(), entry.getValue()));
        }
    }

    private boolean outdated(Key key, Arrival arrival) {
        if (key.generation().compareTo(current) >= 0) return false;
        Sockets.closeQuietly(arrival.channel());
        return true;
    }

    /** Takes the control socket of a link that a lower rank has begun. */
    Arrival takeControl(Generation generation, int from, int rank, int size, Until end) throws PeerLostException {
        Arrival arrival = await(new Key(generation, from, 0), any -> true, end);
        if (arrival == null) throw new PeerLostException(from, "rank " + from + " did not connect in time");
        Purpose.Data data = arrival.data();
        if (data.to() == rank && data.size() == size) return arrival;
        Sockets.closeQuietly(arrival.channel());
        throw new PeerLostException(
                from,
                "rank " + from + " takes this for rank " + data.to() + " of " + data.size() + ", but it is rank " + rank
                        + " of " + size);
    }

    /** Takes a data socket of a link whose control socket was taken. */
    SocketChannel takeData(Purpose.Data control, int index, Until end) throws PeerLostException {
        Key key = new Key(generation(control), control.from(), index);
        Arrival arrival = await(key, data -> data.link() == control.link(), end);
        if (arrival != null) return arrival.channel();
        throw new PeerLostException(
                control.from(), "rank " + control.from() + " did not open its data connection in time");
    }

    private @Nullable Arrival await(Key key, Predicate<Purpose.Data> wanted, Until end) {
        synchronized (lock) {
            while (!closed) {
                Arrival arrival = waiting.remove(key);
                if (arrival != null && wanted.test(arrival.data())) return arrival;
                if (arrival != null) Sockets.closeQuietly(arrival.channel());
                long millis = end.millis();
                if (millis <= 0) return null;
                try {
                    lock.wait(millis);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return null;
                }
            }
            return null;
        }
    }

    void close() {
        synchronized (lock) {
            closed = true;
            waiting.values().forEach(arrival -> Sockets.closeQuietly(arrival.channel()));
            waiting.clear();
            lock.notifyAll();
        }
    }

    private static Generation generation(Purpose.Data data) {
        return new Generation(data.term(), data.number());
    }
}
