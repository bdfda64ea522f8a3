package rubato.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import rubato.error.RubatoException;
import rubato.world.Generation;
import rubato.world.WorkerId;

/** A worker's one listening socket for streams from its peers, of whatever generation; opened before the worker joins. */
public final class PeerListener implements AutoCloseable {
    private static final long TICK_NANOS = 20_000_000L;

    private final EventLoop loop;
    private final Gate gate;
    private final Dialer dialer;
    private final @Nullable Tls tls;
    private final Arrivals arrivals = new Arrivals();
    private final WorkerId worker;
    private final InetSocketAddress address;
    private long lastTick = System.nanoTime();
    private volatile boolean closed;

    private PeerListener(
            Token token, WorkerId worker, String host, int port, Exposure exposure, NetLimits limits, Route route) {
        this.worker = worker;
        this.loop = new EventLoop("rubato-peers", this::tick, this::ended);
        this.tls = Tls.of(exposure);
        this.gate = new Gate(loop, token, limits, new Admission(), tls);
        this.dialer = new Dialer(token, route, tls);
        loop.start();
        try {
            this.address = gate.listen(host, port, exposure);
        } catch (RubatoException e) {
            close();
            throw e;
        }
    }

    /** @param port 0 for any free one */
    public static PeerListener open(Token token, WorkerId worker, String host, int port, Exposure exposure) {
        return open(token, worker, host, port, exposure, Route.DIRECT);
    }

    /** @param route by which peers are dialed */
    public static PeerListener open(
            Token token, WorkerId worker, String host, int port, Exposure exposure, Route route) {
        return new PeerListener(token, worker, host, port, exposure, NetLimits.DEFAULT, route);
    }

    static PeerListener open(Token token, WorkerId worker, String host, NetLimits limits) {
        return new PeerListener(token, worker, host, 0, Exposure.LOOPBACK, limits, Route.DIRECT);
    }

    /** Where peers reach this worker. */
    public InetSocketAddress address() {
        return address;
    }

    /** How many connections ended without proving the token. */
    public long dropped() {
        return gate.dropped();
    }

    /**
     * Makes the streams of one generation; every member calls it. A lower rank dials a higher one. Streams of earlier
     * generations that nobody took are closed, and later ones of them are refused.
     *
     * @param addresses of every member's listener, by rank
     */
    public Transport connect(long term, long number, int rank, List<InetSocketAddress> addresses, Duration deadline)
            throws PeerLostException {
        if (rank < 0 || rank >= addresses.size())
            throw new IllegalArgumentException("rank must be in 0.." + (addresses.size() - 1) + ", was " + rank);
        long end = System.nanoTime() + deadline.toNanos();
        Generation generation = new Generation(term, number);
        arrivals.begin(generation);
        List<@Nullable SocketChannel> channels = new ArrayList<>();
        try {
            for (int lower = 0; lower < rank; lower++) channels.add(null);
            channels.add(null);
            for (int higher = rank + 1; higher < addresses.size(); higher++)
                channels.add(dial(generation, rank, higher, addresses, end));
            for (int lower = 0; lower < rank; lower++)
                channels.set(lower, arrivals.take(generation, lower, rank, addresses.size(), end));
            return new TcpTransport(rank, channels);
        } catch (PeerLostException e) {
            channels.forEach(Sockets::closeQuietly);
            throw e;
        } catch (IOException e) {
            channels.forEach(Sockets::closeQuietly);
            throw new PeerLostException(-1, "cannot wait for peers: " + Sockets.reason(e));
        }
    }

    /** Refuses every further stream, makes a waiting {@link #connect} fail, and closes what nobody took. */
    @Override
    public void close() {
        closed = true;
        arrivals.close();
        loop.stop();
        loop.join();
        if (tls != null) tls.close();
    }

    private void ended() {
        closed = true;
        arrivals.close();
        gate.close();
    }

    private SocketChannel dial(Generation generation, int rank, int peer, List<InetSocketAddress> addresses, long end)
            throws PeerLostException {
        Purpose purpose =
                new Purpose.Data(generation.term(), generation.number(), rank, peer, addresses.size(), worker);
        Duration left = Duration.ofNanos(Math.max(1_000_000, end - System.nanoTime()));
        try {
            return dialer.dial(addresses.get(peer), purpose, left).channel();
        } catch (RubatoException e) {
            throw new PeerLostException(peer, "cannot reach rank " + peer + ": " + e.getMessage());
        }
    }

    private void tick() {
        long now = System.nanoTime();
        if (now - lastTick < TICK_NANOS) return;
        lastTick = now;
        gate.tick(now);
    }

    private final class Admission implements Gate.Owner {
        @Override
        public boolean welcome(Purpose purpose) {
            return !closed && purpose instanceof Purpose.Data data && arrivals.welcome(data);
        }

        @Override
        public void admitted(SelectionKey key, Session session) {
            SocketChannel channel = (SocketChannel) key.channel();
            key.cancel();
            if (session.purpose() instanceof Purpose.Data data) arrivals.add(data, channel);
        }
    }
}
