package rubato.net;

import java.nio.channels.SocketChannel;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import rubato.world.Generation;

/** Streams that peers have opened and this worker has not taken yet, by generation and rank. */
final class Arrivals {
    private static final int MAX_WAITING = 1024;

    private record Key(Generation generation, int from) {}

    private record Arrival(Purpose.Data data, SocketChannel channel) {}

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

    /** A second stream from the same rank takes the place of the first. */
    void add(Purpose.Data data, SocketChannel channel) {
        synchronized (lock) {
            if (closed || generation(data).compareTo(current) < 0) {
                Sockets.closeQuietly(channel);
                return;
            }
            Arrival earlier = waiting.put(new Key(generation(data), data.from()), new Arrival(data, channel));
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

    SocketChannel take(Generation generation, int from, int rank, int size, long end) throws PeerLostException {
        Arrival arrival = await(new Key(generation, from), end);
        if (arrival == null) throw new PeerLostException(from, "rank " + from + " did not connect in time");
        Purpose.Data data = arrival.data();
        if (data.to() == rank && data.size() == size) return arrival.channel();
        Sockets.closeQuietly(arrival.channel());
        throw new PeerLostException(
                from,
                "rank " + from + " takes this for rank " + data.to() + " of " + data.size() + ", but it is rank " + rank
                        + " of " + size);
    }

    private @Nullable Arrival await(Key key, long end) {
        synchronized (lock) {
            while (!closed) {
                Arrival arrival = waiting.remove(key);
                if (arrival != null) return arrival;
                long millis = (end - System.nanoTime()) / 1_000_000;
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
