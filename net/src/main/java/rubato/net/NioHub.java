package rubato.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A {@link Hub} on TCP: one thread, one selector, the token proved before anything else. */
public final class NioHub implements Hub {
    private static final int READ_BYTES = 256 << 10;
    private static final long TICK_NANOS = 20_000_000L;
    private static final long FAREWELL_NANOS = 1_000_000_000L;

    private final Handler handler;
    private final NetLimits limits;
    private final Exposure exposure;
    private final EventLoop loop;
    private final Gate gate;
    private final Dialer dialer;
    private final @Nullable Tls tls;
    private final ByteBuffer readBuffer = ByteBuffer.allocateDirect(READ_BYTES);
    private final Set<HubConnection> connections = new LinkedHashSet<>();
    private volatile boolean closed;
    private long farewellEnd;
    private long lastTick = System.nanoTime();

    private NioHub(Token token, Handler handler, NetLimits limits, Exposure exposure, Route route) {
        this.handler = handler;
        this.limits = limits;
        this.exposure = exposure;
        this.loop = new EventLoop("rubato-hub", this::tick, this::ended);
        this.tls = Tls.of(exposure);
        this.gate = new Gate(loop, token, limits, new Admission(), tls);
        this.dialer = new Dialer(token, route, tls);
    }

    /** A hub that listens on this machine's loopback addresses only. */
    public static NioHub open(Token token, Handler handler) {
        return open(token, handler, Exposure.LOOPBACK);
    }

    public static NioHub open(Token token, Handler handler, Exposure exposure) {
        return open(token, handler, exposure, NetLimits.DEFAULT);
    }

    /** A hub that dials by a route. */
    public static NioHub open(Token token, Handler handler, Exposure exposure, Route route) {
        return started(new NioHub(token, handler, NetLimits.DEFAULT, exposure, route));
    }

    static NioHub open(Token token, Handler handler, Exposure exposure, NetLimits limits) {
        return started(new NioHub(token, handler, limits, exposure, Route.DIRECT));
    }

    private static NioHub started(NioHub hub) {
        hub.loop.start();
        return hub;
    }

    @Override
    public int listen(String host, int port) {
        requireOpen();
        return gate.listen(host, port, exposure).getPort();
    }

    @Override
    public Connection dial(String host, int port, Duration deadline) {
        requireOpen();
        InetSocketAddress address = Sockets.resolve(host, port);
        Dialer.Dialed dialed = dialer.dial(address, Purpose.CONTROL, Until.in(deadline, () -> closed));
        HubConnection connection = new HubConnection(this, dialed.channel(), dialed.session(), Sockets.name(address));
        if (!loop.execute(() -> adopt(dialed.channel(), connection))) Sockets.closeQuietly(dialed.channel());
        return connection;
    }

    /** How many connections ended without proving the token. */
    public long dropped() {
        return gate.dropped();
    }

    /** Sends what is queued for at most 1 s, then closes everything; returns within 2 s. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            loop.execute(this::farewell);
        }
        loop.join();
        if (tls != null) tls.close();
    }

    EventLoop loop() {
        return loop;
    }

    Handler handler() {
        return handler;
    }

    NetLimits limits() {
        return limits;
    }

    ByteBuffer readBuffer() {
        return readBuffer;
    }

    void gone(HubConnection connection, String reason) {
        if (connections.remove(connection)) handler.closed(connection, reason);
    }

    private void requireOpen() {
        if (closed) throw new IllegalStateException("the hub is closed");
    }

    private void farewell() {
        gate.close();
        farewellEnd = System.nanoTime() + FAREWELL_NANOS;
        List.copyOf(connections).forEach(connection -> connection.close("hub closed"));
    }

    private void tick() {
        long now = System.nanoTime();
        if (!closed && now - lastTick < TICK_NANOS) return;
        lastTick = now;
        gate.tick(now);
        List.copyOf(connections).forEach(connection -> connection.tick(now));
        if (!closed || farewellEnd == 0) return;
        if (now - farewellEnd > 0) List.copyOf(connections).forEach(connection -> connection.gone("hub closed"));
        if (connections.isEmpty()) loop.stop();
    }

    /** However the thread ends, nothing stays open. */
    private void ended() {
        closed = true;
        gate.close();
        List.copyOf(connections).forEach(connection -> connection.gone("hub closed"));
    }

    private void adopt(SocketChannel channel, HubConnection connection) {
        try {
            connection.opened(channel.register(loop.selector(), SelectionKey.OP_READ, connection));
        } catch (IOException e) {
            connection.close("connection lost: " + Sockets.reason(e));
        }
        opened(connection, true);
        if (closed) connection.close("hub closed");
    }

    private void opened(HubConnection connection, boolean dialed) {
        connections.add(connection);
        handler.opened(connection, dialed);
        connection.flush();
    }

    private final class Admission implements Gate.Owner {
        @Override
        public boolean welcome(Purpose purpose) {
            return !closed && purpose instanceof Purpose.Control;
        }

        @Override
        public void admitted(SelectionKey key, Session session) {
            SocketChannel channel = (SocketChannel) key.channel();
            HubConnection connection = new HubConnection(NioHub.this, channel, session, remote(channel));
            key.attach(connection);
            connection.opened(key);
            opened(connection, false);
        }

        private static String remote(SocketChannel channel) {
            try {
                SocketAddress remote = channel.getRemoteAddress();
                return remote == null ? "unknown" : Sockets.name(remote);
            } catch (IOException e) {
                return "unknown";
            }
        }
    }
}
