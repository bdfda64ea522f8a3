package rubato.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** Control messages over one authenticated socket, whose closing is the death notice of the process behind it. */
final class ControlStream {
    private static final int MAX_PENDING_BYTES = 64 << 10;

    private final SocketChannel channel;
    private final ByteBuffer in =
            ByteBuffer.allocateDirect(4096).order(ByteOrder.LITTLE_ENDIAN).limit(0);
    /** Bytes the socket has not taken yet, in reading position: guarded by itself. */
    private final ByteBuffer out = ByteBuffer.allocateDirect(MAX_PENDING_BYTES).limit(0);

    /** Guarded by out. */
    private final ByteBuffer wake =
            ByteBuffer.allocateDirect(1).put(ControlCodec.WAKE).flip();

    ControlStream(SocketChannel channel) {
        this.channel = channel;
    }

    SocketChannel channel() {
        return channel;
    }

    /** Sends what fits now and keeps the rest for the next call; any thread. */
    void send(ControlMessage message) throws IOException {
        send(ControlCodec.encode(message));
    }

    /** Sends {@link ControlMessage.Wake} and allocates nothing; any thread. */
    void wake() throws IOException {
        synchronized (out) {
            send(wake.rewind());
        }
    }

    private void send(ByteBuffer bytes) throws IOException {
        synchronized (out) {
            if (out.hasRemaining()) channel.write(out);
            if (!out.hasRemaining()) channel.write(bytes);
            if (!bytes.hasRemaining()) return;
            out.compact();
            boolean fits = bytes.remaining() <= out.remaining();
            if (fits) out.put(bytes);
            out.flip();
            if (!fits) throw new IOException("the peer does not read");
        }
    }

    /** @return the next message that is here, or null */
    @Nullable
    ControlMessage poll() throws IOException {
        ControlMessage message = decode();
        if (message != null) return message;
        in.compact();
        int read = channel.read(in);
        in.flip();
        if (read < 0) throw new IOException("closed its connection");
        return read == 0 ? null : decode();
    }

    /** Waits for the next message, other than a wake-up, of this kind. */
    <T extends ControlMessage> T await(Class<T> kind, Until end) throws IOException {
        try (Selector selector = Selector.open()) {
            channel.register(selector, SelectionKey.OP_READ);
            while (true) {
                ControlMessage message = poll();
                if (message instanceof ControlMessage.Wake) continue;
                if (kind.isInstance(message)) return kind.cast(message);
                if (message != null)
                    throw new IOException("sent a " + name(message) + " where a " + kind.getSimpleName() + " was due");
                long millis = end.millis();
                if (millis <= 0 || Thread.currentThread().isInterrupted())
                    throw new IOException("did not answer in time");
                flush();
                selector.select(millis);
            }
        }
    }

    /** Sends what an earlier call could not. */
    void flush() throws IOException {
        synchronized (out) {
            if (out.hasRemaining()) channel.write(out);
        }
    }

    private static String name(ControlMessage message) {
        return message.getClass().getSimpleName();
    }

    private @Nullable ControlMessage decode() throws IOException {
        try {
            return ControlCodec.decode(in);
        } catch (FrameException e) {
            throw new IOException("sent " + e.getMessage(), e);
        }
    }

    void close() {
        Sockets.closeQuietly(channel);
    }
}
