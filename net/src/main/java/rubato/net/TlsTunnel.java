package rubato.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Plain bytes on a local socket, TLS on the wire; the end of either stream becomes the end of the other's. Everything that reads and
 * writes sockets thus stays as it is without TLS. Used by one thread at a time.
 */
final class TlsTunnel implements EventLoop.Ready {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** Records per buffer: fewer turns of the selector. */
    private static final int RECORDS = 4;

    private final SSLEngine engine;
    private final SocketChannel wire;
    private final SocketChannel near;
    /** All four between calls ready to be filled: from the wire and to it, to the local socket and from it. */
    private final ByteBuffer wireIn;

    private final ByteBuffer wireOut;
    private final ByteBuffer plainOut;
    private final ByteBuffer plainIn;
    private final int packet;
    private final int application;
    private @Nullable SelectionKey wireKey;
    private @Nullable SelectionKey nearKey;
    private boolean wireEnded;
    private boolean nearEnded;
    private boolean wireShut;
    private boolean nearShut;
    private boolean shaken;
    private volatile boolean closed;
    private volatile @Nullable String failure;

    TlsTunnel(SSLEngine engine, SocketChannel wire, SocketChannel near) throws IOException {
        this.engine = engine;
        this.wire = wire;
        this.near = near;
        this.packet = engine.getSession().getPacketBufferSize();
        this.application = engine.getSession().getApplicationBufferSize();
        this.wireIn = ByteBuffer.allocateDirect(RECORDS * packet);
        this.wireOut = ByteBuffer.allocateDirect(RECORDS * packet);
        this.plainOut = ByteBuffer.allocateDirect(RECORDS * application);
        this.plainIn = ByteBuffer.allocateDirect(application);
        engine.beginHandshake();
    }

    /** Why the tunnel broke, if it did. */
    @Nullable
    String failure() {
        return failure;
    }

    boolean closed() {
        return closed;
    }

    /** Shakes hands on the caller's thread. */
    void shake(Until end) throws IOException {
        try (Selector selector = Selector.open()) {
            SelectionKey key = wire.register(selector, 0);
            while (true) {
                step();
                if (shaken && wireOut.position() == 0) return;
                if (wireEnded) throw new IOException("closed");
                key.interestOps(SelectionKey.OP_READ | (wireOut.position() > 0 ? SelectionKey.OP_WRITE : 0));
                long millis = end.millis();
                if (millis <= 0 || Thread.currentThread().isInterrupted()) throw new LateException();
                selector.select(millis);
            }
        }
    }

    /** Goes on by itself from here; on the loop's thread. */
    void join(Selector selector) throws IOException {
        wireKey = wire.register(selector, SelectionKey.OP_READ, this);
        nearKey = near.register(selector, SelectionKey.OP_READ, this);
        turn();
    }

    @Override
    public void ready(SelectionKey key) {
        turn();
    }

    private void turn() {
        if (closed) return;
        try {
            step();
            endStreams();
            if (wireShut && nearShut) close();
            else watch();
        } catch (IOException | RuntimeException e) {
            fail(e);
        }
    }

    private void fail(Exception e) {
        failure = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        try {
            sayWhy();
        } catch (IOException gone) {
            // then nobody hears it
        }
        close();
    }

    /** Sends the alert that the engine has for the peer. */
    private void sayWhy() throws IOException {
        if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) wrap(NOTHING);
        drain(wireOut, wire);
        if (!wireEnded) wire.shutdownOutput();
    }

    private void step() throws IOException {
        boolean moved = true;
        while (moved) {
            moved = drain(wireOut, wire);
            if (!nearShut) moved |= drain(plainOut, near);
            moved |= advance();
        }
    }

    private boolean advance() throws IOException {
        return switch (engine.getHandshakeStatus()) {
            case NEED_TASK -> runTask();
            case NEED_WRAP -> wrap(NOTHING);
            case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> engine.isInboundDone() ? send() : receive();
            default -> {
                shaken = true;
                boolean received = receive();
                yield send() || received;
            }
        };
    }

    private boolean runTask() {
        Runnable task = engine.getDelegatedTask();
        if (task == null) return false;
        task.run();
        return true;
    }

    private boolean receive() throws IOException {
        if (engine.isInboundDone() || plainOut.remaining() < application) return false;
        int read = wireEnded ? 0 : wire.read(wireIn);
        if (read < 0) wireEnded = true;
        wireIn.flip();
        SSLEngineResult result;
        try {
            result = engine.unwrap(wireIn, plainOut);
        } finally {
            wireIn.compact();
        }
        noteHandshake(result);
        boolean starved = result.getStatus() == SSLEngineResult.Status.BUFFER_UNDERFLOW;
        if (starved && wireEnded && !shaken) throw new IOException("closed");
        return read > 0 || result.bytesConsumed() > 0 || result.bytesProduced() > 0;
    }

    private boolean send() throws IOException {
        if (!shaken) return false;
        boolean moved = readNear();
        if (plainIn.position() > 0) {
            plainIn.flip();
            moved |= wrap(plainIn);
            plainIn.compact();
        } else if (nearEnded && !engine.isOutboundDone()) {
            engine.closeOutbound();
            moved |= wrap(NOTHING);
        }
        return moved;
    }

    private boolean readNear() throws IOException {
        if (nearEnded || !plainIn.hasRemaining()) return false;
        int read = near.read(plainIn);
        if (read < 0) nearEnded = true;
        return read > 0;
    }

    private boolean wrap(ByteBuffer plain) throws SSLException {
        if (engine.isOutboundDone() || wireOut.remaining() < packet) return false;
        SSLEngineResult result = engine.wrap(plain, wireOut);
        noteHandshake(result);
        return result.bytesConsumed() > 0 || result.bytesProduced() > 0;
    }

    private void noteHandshake(SSLEngineResult result) {
        if (result.getHandshakeStatus() == HandshakeStatus.FINISHED) shaken = true;
    }

    /** Writes what a buffer holds, as far as the socket takes it. */
    private static boolean drain(ByteBuffer buffer, SocketChannel to) throws IOException {
        if (buffer.position() == 0) return false;
        buffer.flip();
        try {
            return to.write(buffer) > 0;
        } finally {
            buffer.compact();
        }
    }

    private void endStreams() throws IOException {
        boolean noMoreIn = engine.isInboundDone() || wireEnded;
        if (noMoreIn && plainOut.position() == 0 && !nearShut) {
            nearShut = true;
            near.shutdownOutput();
        }
        if (engine.isOutboundDone() && wireOut.position() == 0 && !wireShut) {
            wireShut = true;
            wire.shutdownOutput();
        }
    }

    private void watch() {
        boolean room = plainOut.remaining() >= application && wireIn.hasRemaining();
        interest(wireKey, !wireEnded && !engine.isInboundDone() && room, wireOut.position() > 0);
        interest(nearKey, !nearEnded && plainIn.hasRemaining(), plainOut.position() > 0);
    }

    private static void interest(@Nullable SelectionKey key, boolean read, boolean write) {
        int wanted = (read ? SelectionKey.OP_READ : 0) | (write ? SelectionKey.OP_WRITE : 0);
        if (key != null && key.isValid() && key.interestOps() != wanted) key.interestOps(wanted);
    }

    /** Any thread. */
    void close() {
        closed = true;
        Sockets.closeQuietly(near);
        Sockets.closeQuietly(wire);
    }

    /** The other side did not finish its handshake in time. */
    static final class LateException extends IOException {
        private static final long serialVersionUID = 1L;

        LateException() {
            super("did not answer in time");
        }
    }
}
