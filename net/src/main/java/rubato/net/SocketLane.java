package rubato.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A lane over sockets, TCP or Unix-domain. With several of them the bytes go round in turns of {@value #TURN_BYTES}, so that no
 * single stream's window or core is the limit.
 */
final class SocketLane implements Lane {
    private static final int TURN_BYTES = 128 << 10;

    private final SocketChannel[] channels;
    private final @Nullable SelectionKey[] keys;
    private long sent;
    private long received;

    SocketLane(List<SocketChannel> channels) {
        this.channels = channels.toArray(SocketChannel[]::new);
        this.keys = new SelectionKey[channels.size()];
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        if (channels.length == 1) return channels[0].read(into);
        int limit = into.limit();
        into.limit(into.position() + Math.min(into.remaining(), leftOfTurn(received)));
        int read = channels[turn(received)].read(into);
        into.limit(limit);
        received += Math.max(0, read);
        return read;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        if (channels.length == 1) return channels[0].write(from);
        int limit = from.limit();
        from.limit(from.position() + Math.min(from.remaining(), leftOfTurn(sent)));
        int wrote = channels[turn(sent)].write(from);
        from.limit(limit);
        sent += wrote;
        return wrote;
    }

    private int turn(long bytes) {
        return (int) (bytes / TURN_BYTES % channels.length);
    }

    private static int leftOfTurn(long bytes) {
        return TURN_BYTES - (int) (bytes % TURN_BYTES);
    }

    @Override
    public void join(Selector selector) throws IOException {
        for (int i = 0; i < keys.length; i++) keys[i] = channels[i].register(selector, 0);
    }

    @Override
    public boolean interest(boolean read, boolean write) {
        int reads = read ? turn(received) : -1;
        int writes = write ? turn(sent) : -1;
        for (int i = 0; i < keys.length; i++) {
            SelectionKey key = keys[i];
            int wanted = (i == reads ? SelectionKey.OP_READ : 0) | (i == writes ? SelectionKey.OP_WRITE : 0);
            try {
                if (key != null && key.interestOps() != wanted) key.interestOps(wanted);
            } catch (CancelledKeyException e) {
                // closed meanwhile; the next read says so
            }
        }
        return false;
    }

    @Override
    public void awake() {}

    @Override
    public void close() {
        for (SocketChannel channel : channels) Sockets.closeQuietly(channel);
    }
}
