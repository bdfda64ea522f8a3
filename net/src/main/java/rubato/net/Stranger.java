package rubato.net;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An accepted connection that has not proved the token yet. Event thread only. */
final class Stranger implements EventLoop.Ready {
    private final Gate gate;
    private final ListenerHandshake handshake;
    private final long deadline;
    private @Nullable SelectionKey key;

    Stranger(Gate gate, ListenerHandshake handshake, long deadline) {
        this.gate = gate;
        this.handshake = handshake;
        this.deadline = deadline;
    }

    void begin(SelectionKey registered) {
        key = registered;
    }

    long deadline() {
        return deadline;
    }

    SelectionKey key() {
        return Objects.requireNonNull(key);
    }

    void close() {
        if (key != null) Sockets.closeQuietly(key.channel());
    }

    @Override
    public void ready(SelectionKey ready) {
        try {
            advance((SocketChannel) ready.channel(), ready);
        } catch (IOException | HandshakeException e) {
            gate.drop(this);
        }
    }

    private void advance(SocketChannel channel, SelectionKey ready) throws IOException, HandshakeException {
        if (handshake.farewell()) {
            gate.drain(channel);
            return;
        }
        if (handshake.incoming().hasRemaining()) {
            int read = channel.read(handshake.incoming());
            if (read < 0) throw new IOException("closed");
            handshake.received();
        }
        channel.write(handshake.outgoing());
        if (handshake.outgoing().hasRemaining()) {
            ready.interestOps(SelectionKey.OP_WRITE | SelectionKey.OP_READ);
            return;
        }
        ready.interestOps(SelectionKey.OP_READ);
        if (handshake.farewell()) channel.shutdownOutput();
        Session session = handshake.session();
        if (session != null) gate.admit(this, session);
    }
}
