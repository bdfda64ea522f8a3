package rubato.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;
import rubato.error.RubatoException;

/** Connects and proves the token, on the caller's thread, by a deadline or until nobody wants it any more. */
final class Dialer {
    /** An authenticated, non-blocking channel. */
    record Dialed(SocketChannel channel, Session session) {}

    private final Proof proof;
    private final Route route;
    private final @Nullable Tls tls;
    private final SecureRandom random = new SecureRandom();

    /** @param tls what makes TCP connections secure, or null */
    Dialer(Token token, Route route, @Nullable Tls tls) {
        this.proof = new Proof(token);
        this.route = route;
        this.tls = tls;
    }

    Dialed dial(SocketAddress address, Purpose purpose, Until end) {
        String where = Sockets.name(address);
        byte[] nonce = new byte[Hello.NONCE_BYTES];
        random.nextBytes(nonce);
        Handshake handshake = Handshake.dial(proof, nonce, purpose);
        SocketChannel wire = connect(address, where, end);
        Tls secure = tls;
        Tls.@Nullable Secured secured =
                secure == null || !(address instanceof InetSocketAddress) ? null : secure(secure, wire, where, end);
        SocketChannel channel = secured == null ? wire : secured.channel();
        try {
            return new Dialed(channel, shake(channel, handshake, where, end));
        } catch (HandshakeException e) {
            Sockets.closeQuietly(channel);
            throw explain(where, e);
        } catch (RubatoException e) {
            Sockets.closeQuietly(channel);
            throw e;
        } catch (IOException e) {
            Sockets.closeQuietly(channel);
            if (secured != null) throw Refusal.ofCertificate(where, secured.tunnel(), e);
            throw RubatoException.failed(where + " hung up during the handshake", e)
                    .remedy("check that this is the address of a running Rubato coordinator or worker, and whether it"
                            + " runs with net.tls = true");
        }
    }

    private static Tls.Secured secure(Tls tls, SocketChannel wire, String where, Until end) {
        try {
            return tls.dial(wire, end);
        } catch (IOException e) {
            Sockets.closeQuietly(wire);
            throw Refusal.ofTls(where, e);
        }
    }

    private SocketChannel connect(SocketAddress address, String where, Until end) {
        SocketChannel channel = null;
        try {
            channel = address instanceof InetSocketAddress
                    ? SocketChannel.open()
                    : SocketChannel.open(StandardProtocolFamily.UNIX);
            Sockets.tune(channel);
            InetSocketAddress inet = address instanceof InetSocketAddress ip ? route.scoped(ip) : null;
            InetAddress from = inet == null ? null : route.source(inet);
            if (from != null) channel.bind(new InetSocketAddress(from, 0));
            if (!channel.connect(inet == null ? address : route.first(inet))) {
                await(channel, SelectionKey.OP_CONNECT, end, where);
                channel.finishConnect();
            }
            SocketChannel open = channel;
            if (inet != null) route.through(channel, inet, operation -> await(open, operation, end, where));
            return channel;
        } catch (RubatoException e) {
            Sockets.closeQuietly(channel);
            throw e;
        } catch (IOException e) {
            Sockets.closeQuietly(channel);
            throw RubatoException.failed("cannot connect to " + where + ": " + Sockets.reason(e), e)
                    .remedy("check the address, and that the other side is running")
                    .passing();
        }
    }

    private static Session shake(SocketChannel channel, Handshake handshake, String where, Until end)
            throws IOException, HandshakeException {
        while (true) {
            channel.write(handshake.outgoing());
            Session session = handshake.session();
            if (session != null) return session;
            if (handshake.outgoing().hasRemaining()) {
                await(channel, SelectionKey.OP_WRITE, end, where);
                continue;
            }
            int read = channel.read(handshake.incoming());
            if (read < 0) throw new IOException("closed");
            if (read == 0) await(channel, SelectionKey.OP_READ, end, where);
            else handshake.received();
        }
    }

    private static void await(SocketChannel channel, int operation, Until end, String where) throws IOException {
        try (Selector selector = Selector.open()) {
            channel.register(selector, operation);
            while (true) {
                long millis = end.millis();
                if (millis <= 0 || Thread.currentThread().isInterrupted())
                    throw RubatoException.failed(where + " did not answer in time")
                            .remedy("check the address; it may be a port that is not Rubato's, or a peer that hangs")
                            .passing();
                if (selector.select(millis) > 0) return;
            }
        }
    }

    private static RubatoException explain(String where, HandshakeException e) {
        return switch (e.reason()) {
            case TLS ->
                RubatoException.failed(where + " speaks TLS, this side does not")
                        .remedy("set net.tls = true, or name the run's certificates with --tls-dir");
            case GARBAGE ->
                RubatoException.failed(where + " is not a Rubato port").remedy("check the address");
            case VERSION ->
                RubatoException.failed(where + " " + e.getMessage())
                        .remedy("run the same version of Rubato on both sides");
            case TOKEN ->
                RubatoException.failed("wrong token for " + where)
                        .remedy("use the token file of the run that listens there");
            case REFUSED -> RubatoException.failed(where + " " + e.getMessage());
        };
    }
}
