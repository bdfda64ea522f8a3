package rubato.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The one authenticator before every listener: accepts, bounds and times strangers, and hands on who proved the token. */
final class Gate {
    /** The owner's side. On the event thread. */
    interface Owner {
        /** Asked about a peer that has proved the token. */
        boolean welcome(Purpose purpose);

        /** The key belongs to the loop's selector and is the owner's from here on. */
        void admitted(SelectionKey key, Session session);
    }

    private final EventLoop loop;
    private final Proof proof;
    private final NetLimits limits;
    private final Owner owner;
    private final @Nullable Tls tls;
    private final SecureRandom random = new SecureRandom();
    private final Set<Stranger> strangers = new LinkedHashSet<>();
    private final List<SelectionKey> servers = new ArrayList<>();
    private final AtomicLong dropped = new AtomicLong();
    /** What strangers who have had their answer still send. */
    private final ByteBuffer discarded = ByteBuffer.allocate(512);

    private boolean paused;

    /** @param tls what makes accepted TCP connections secure, or null */
    Gate(EventLoop loop, Token token, NetLimits limits, Owner owner, @Nullable Tls tls) {
        this.loop = loop;
        this.proof = new Proof(token);
        this.limits = limits;
        this.owner = owner;
        this.tls = tls;
    }

    /** @return the bound address */
    InetSocketAddress listen(String host, int port, Exposure exposure) {
        InetSocketAddress address = Sockets.resolve(host, port);
        ServerSocketChannel server = Sockets.bind(address, exposure);
        int bound = server.socket().getLocalPort();
        listen(server);
        return new InetSocketAddress(address.getAddress(), bound);
    }

    /** Listens on one more socket until it is closed. */
    void listen(ServerSocketChannel server) {
        if (loop.execute(() -> watch(server))) return;
        Sockets.closeQuietly(server);
        throw new IllegalStateException("closed");
    }

    /** How many connections ended without proving the token. */
    long dropped() {
        return dropped.get();
    }

    /** Ends strangers whose time is over and accepts again once there is room. Event thread. */
    void tick(long now) {
        while (!strangers.isEmpty()) {
            Stranger oldest = strangers.iterator().next();
            if (now - oldest.deadline() < 0) break;
            drop(oldest);
        }
        if (paused && strangers.size() < limits.unauthenticated()) setPaused(false);
    }

    /** Event thread. */
    void close() {
        servers.forEach(key -> Sockets.closeQuietly(key.channel()));
        List.copyOf(strangers).forEach(this::drop);
    }

    /** Reads on after the last word, because closing over unread bytes would take that word back. */
    void drain(SocketChannel channel) throws IOException {
        if (channel.read(discarded.clear()) < 0) throw new IOException("closed");
    }

    void drop(Stranger stranger) {
        if (!strangers.remove(stranger)) return;
        dropped.incrementAndGet();
        stranger.close();
    }

    void admit(Stranger stranger, Session session) {
        if (strangers.remove(stranger)) owner.admitted(stranger.key(), session);
    }

    private void watch(ServerSocketChannel server) {
        servers.removeIf(key -> !key.isValid());
        try {
            EventLoop.Ready accept = key -> accept(server);
            servers.add(server.register(loop.selector(), SelectionKey.OP_ACCEPT, accept));
        } catch (IOException e) {
            Sockets.closeQuietly(server);
        }
    }

    private void accept(ServerSocketChannel server) {
        try {
            while (strangers.size() < limits.unauthenticated()) {
                SocketChannel channel = server.accept();
                if (channel == null) return;
                greet(channel);
            }
        } catch (IOException e) {
            // out of descriptors, say: the peer waits in the queue until the next tick
        }
        setPaused(true);
    }

    private void greet(SocketChannel accepted) {
        byte[] nonce = new byte[Hello.NONCE_BYTES];
        random.nextBytes(nonce);
        long deadline = System.nanoTime() + limits.handshake().toNanos();
        ListenerHandshake handshake = new ListenerHandshake(proof, nonce, owner::welcome);
        SocketChannel channel = accepted;
        try {
            Sockets.tune(accepted);
            boolean tcp = accepted.getLocalAddress() instanceof InetSocketAddress;
            if (tls != null && tcp) channel = tls.accept(accepted);
            Stranger stranger = new Stranger(this, handshake, deadline);
            strangers.add(stranger);
            stranger.begin(channel.register(loop.selector(), SelectionKey.OP_READ, stranger));
        } catch (IOException e) {
            Sockets.closeQuietly(channel);
            Sockets.closeQuietly(accepted);
        }
    }

    private void setPaused(boolean pause) {
        paused = pause;
        for (SelectionKey key : servers) {
            if (key.isValid()) key.interestOps(pause ? 0 : SelectionKey.OP_ACCEPT);
        }
    }
}
