package rubato.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import rubato.error.RubatoException;
import rubato.world.Generation;
import rubato.world.WorkerId;

/** A worker's one listening socket for its peers, and its links to them; opened before the worker joins. */
public final class PeerListener implements AutoCloseable {
    private static final long TICK_NANOS = 20_000_000L;

    private final EventLoop loop;
    private final Gate gate;
    private final @Nullable Tls tls;
    private final Arrivals arrivals = new Arrivals();
    private final Links links;
    private final InetSocketAddress address;
    private long lastTick = System.nanoTime();
    private volatile boolean closed;

    private PeerListener(
            Token token,
            WorkerId worker,
            String host,
            int port,
            Exposure exposure,
            LinkOptions options,
            NetLimits limits,
            Route route) {
        this.loop = new EventLoop("rubato-peers", this::tick, this::ended);
        this.tls = Tls.of(exposure);
        this.gate = new Gate(loop, token, limits, new Admission(), tls);
        boolean direct = route.proxy() == null;
        this.links = new Links(new LinkMaker(worker, options, new Dialer(token, route, tls), gate, arrivals, direct));
        loop.start();
        try {
            this.address = gate.listen(host, port, exposure);
        } catch (RubatoException e) {
            close();
            throw e;
        }
    }

    /** @param port 0 for any free one */
    public static PeerListener open(
            Token token, WorkerId worker, String host, int port, Exposure exposure, LinkOptions options) {
        return open(token, worker, host, port, exposure, options, Route.DIRECT);
    }

    /** @param route by which peers are dialed */
    public static PeerListener open(
            Token token, WorkerId worker, String host, int port, Exposure exposure, LinkOptions options, Route route) {
        return new PeerListener(token, worker, host, port, exposure, options, NetLimits.DEFAULT, route);
    }

    /** Where peers reach this worker. */
    public InetSocketAddress address() {
        return address;
    }

    /** How many connections ended without proving the token. */
    public long dropped() {
        return gate.dropped();
    }

    /** How links are made from now on. */
    public void use(LinkOptions options) {
        links.use(options);
    }

    /** How many links this worker has made since it was opened; one that serves several generations counts once. */
    public long linksMade() {
        return links.made();
    }

    /**
     * Begins one generation; every member calls it. Links that exist are kept, a lower rank dials a higher one that it has no
     * link to, links to anybody else are closed. The earlier generation's transport must not be in use any more.
     *
     * @param peers every member, by rank
     */
    public Transport connect(long term, long number, int rank, List<Peer> peers, Duration deadline)
            throws PeerLostException {
        return connect(term, number, rank, peers, deadline, () -> false);
    }

    /** @param unwanted whether the generation has ended meanwhile: waiting for its members does too, within milliseconds */
    public Transport connect(
            long term, long number, int rank, List<Peer> peers, Duration deadline, BooleanSupplier unwanted)
            throws PeerLostException {
        if (rank < 0 || rank >= peers.size())
            throw new IllegalArgumentException("rank must be in 0.." + (peers.size() - 1) + ", was " + rank);
        Until end = Until.in(deadline, () -> closed || unwanted.getAsBoolean());
        Generation generation = new Generation(term, number);
        arrivals.begin(generation);
        try {
            return links.begin(generation, rank, peers, end);
        } catch (PeerLostException e) {
            throw e;
        } catch (IOException e) {
            throw new PeerLostException(-1, "cannot wait for peers: " + Sockets.reason(e));
        }
    }

    /** Closes every link, refuses further ones, and makes a waiting {@link #connect} fail. */
    @Override
    public void close() {
        closed = true;
        arrivals.close();
        links.close();
        loop.stop();
        loop.join();
        if (tls != null) tls.close();
    }

    private void ended() {
        closed = true;
        arrivals.close();
        gate.close();
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
