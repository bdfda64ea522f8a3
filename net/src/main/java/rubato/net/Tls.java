package rubato.net;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/** TLS 1.3 for the connections of one listener and dialer, each side showing its certificate; one thread moves their bytes. */
final class Tls implements AutoCloseable {
    private static final String[] PROTOCOLS = {"TLSv1.3"};
    private static final long LINGER_NANOS = 1_000_000_000L;

    /** One end for plain bytes, and the tunnel behind it. */
    record Secured(SocketChannel channel, TlsTunnel tunnel) {}

    private final SSLContext context;
    private final EventLoop loop = new EventLoop("rubato-tls", this::tick, this::ended);
    /** Loop thread only. */
    private final Set<TlsTunnel> tunnels = new LinkedHashSet<>();

    private volatile long closingSince;

    private Tls(SSLContext context) {
        this.context = context;
        loop.start();
    }

    /** What an exposure asks for; null: nothing. */
    static @Nullable Tls of(Exposure exposure) {
        SSLContext context = exposure.tls();
        return context == null ? null : new Tls(context);
    }

    /** Makes an accepted connection a server's; its handshake goes on in the background. */
    SocketChannel accept(SocketChannel wire) throws IOException {
        SSLEngine engine = engine(false);
        engine.setNeedClientAuth(true);
        LocalPair pair = LocalPair.open();
        start(new TlsTunnel(engine, wire, pair.near()));
        return pair.far();
    }

    /** Shakes hands as a client, on the caller's thread. */
    Secured dial(SocketChannel wire, Until end) throws IOException {
        SSLEngine engine = engine(true);
        LocalPair pair = LocalPair.open();
        TlsTunnel tunnel = new TlsTunnel(engine, wire, pair.near());
        try {
            tunnel.shake(end);
        } catch (IOException e) {
            tunnel.close();
            Sockets.closeQuietly(pair.far());
            throw e;
        }
        start(tunnel);
        return new Secured(pair.far(), tunnel);
    }

    private SSLEngine engine(boolean client) {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(client);
        engine.setEnabledProtocols(PROTOCOLS);
        return engine;
    }

    private void start(TlsTunnel tunnel) {
        boolean runs = loop.execute(() -> {
            tunnels.add(tunnel);
            try {
                tunnel.join(loop.selector());
            } catch (IOException e) {
                tunnel.close();
            }
        });
        if (!runs) tunnel.close();
    }

    private void tick() {
        tunnels.removeIf(TlsTunnel::closed);
        long since = closingSince;
        if (since != 0 && (tunnels.isEmpty() || System.nanoTime() - since > LINGER_NANOS)) loop.stop();
    }

    private void ended() {
        List.copyOf(tunnels).forEach(TlsTunnel::close);
        tunnels.clear();
    }

    /** Lets connections that have ended on this side send their last bytes, for at most 1 s. */
    @Override
    public void close() {
        if (closingSince == 0) closingSince = System.nanoTime() | 1;
        loop.execute(this::tick);
        loop.join();
    }
}
