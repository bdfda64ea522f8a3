package rubato.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One TCP connection per pair of ranks. */
final class TcpTransport implements Transport {
    private static final Consumer<SelectionKey> NOTHING = key -> {};

    private final int rank;
    private final @Nullable SocketChannel[] channels;
    private final @Nullable SelectionKey[] keys;
    private final Selector selector;

    /** @param channels by rank; none at the own one */
    TcpTransport(int rank, List<@Nullable SocketChannel> channels) throws IOException {
        this.rank = rank;
        this.channels = channels.toArray(SocketChannel[]::new);
        this.keys = new SelectionKey[channels.size()];
        this.selector = Selector.open();
        for (int peer = 0; peer < keys.length; peer++) {
            SocketChannel channel = this.channels[peer];
            if (channel != null) keys[peer] = channel.register(selector, SelectionKey.OP_READ);
        }
    }

    @Override
    public int rank() {
        return rank;
    }

    @Override
    public int size() {
        return channels.length;
    }

    @Override
    public int read(int peer, ByteBuffer into) throws PeerLostException {
        try {
            return channel(peer).read(into);
        } catch (IOException e) {
            throw lost(peer, e);
        }
    }

    @Override
    public int write(int peer, ByteBuffer from) throws PeerLostException {
        try {
            return channel(peer).write(from);
        } catch (IOException e) {
            throw lost(peer, e);
        }
    }

    @Override
    public void interest(int peer, boolean read, boolean write) {
        int wanted = (read ? SelectionKey.OP_READ : 0) | (write ? SelectionKey.OP_WRITE : 0);
        SelectionKey key = Objects.requireNonNull(keys[peer]);
        try {
            if (key.interestOps() != wanted) key.interestOps(wanted);
        } catch (CancelledKeyException e) {
            // closed meanwhile; the next read says so
        }
    }

    @Override
    public void await(long nanos) throws PeerLostException {
        try {
            selector.select(NOTHING, Math.max(1, nanos / 1_000_000));
        } catch (ClosedSelectorException e) {
            // closed meanwhile; the next read says so
        } catch (IOException e) {
            throw new PeerLostException(-1, "waiting for peers failed: " + Sockets.reason(e));
        }
    }

    @Override
    public void wake() {
        selector.wakeup();
    }

    @Override
    public void hangUp() {
        for (SocketChannel channel : channels) {
            if (channel != null) hangUp(channel);
        }
    }

    private static void hangUp(SocketChannel channel) {
        try {
            channel.shutdownOutput();
        } catch (IOException e) {
            Sockets.closeQuietly(channel);
        }
    }

    @Override
    public void close() {
        for (SocketChannel channel : channels) Sockets.closeQuietly(channel);
        Sockets.closeQuietly(selector);
    }

    private SocketChannel channel(int peer) {
        return Objects.requireNonNull(channels[peer]);
    }

    private static PeerLostException lost(int peer, IOException e) {
        return new PeerLostException(peer, "the connection to rank " + peer + " broke: " + Sockets.reason(e));
    }
}
