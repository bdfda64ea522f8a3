package rubato.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An authenticated connection of a {@link NioHub}: a bounded queue out, checked frames in. */
final class HubConnection implements Hub.Connection, EventLoop.Ready {
    /** Then others have their turn. */
    private static final int FRAMES_IN_A_ROW = 64;

    /** A larger message is not copied to stand behind its header. */
    private static final int COPIED_BYTES = 64 << 10;

    private static final long LINGER_NANOS = 1_000_000_000L;

    private final NioHub hub;
    private final SocketChannel channel;
    private final String peer;
    private final FrameDecoder decoder;
    private final Object lock = new Object();
    /** Frames not yet written whole, large ones in two pieces, the number of their bytes, and the next sequence number: guarded by lock. */
    private final ArrayDeque<ByteBuffer> queue = new ArrayDeque<>();

    private long queuedBytes;
    private long sequence;
    private boolean flushing;
    private @Nullable String closing;
    // Event thread only from here.
    private @Nullable SelectionKey key;
    private long partialSince;
    private long lingerEnd;
    private boolean shut;
    private boolean gone;

    HubConnection(NioHub hub, SocketChannel channel, Session session, String peer) {
        this.hub = hub;
        this.channel = channel;
        this.peer = peer;
        this.sequence = session.sendSequence();
        this.decoder = new FrameDecoder(session.receiveSequence());
    }

    @Override
    public void send(byte[] message) {
        boolean wake;
        synchronized (lock) {
            if (closing != null) return;
            int bytes = Frames.HEADER_BYTES + message.length;
            if (!queue.isEmpty() && queuedBytes + bytes > hub.limits().queuedBytes()) {
                closing = "does not read: " + queuedBytes + " bytes wait for it";
                hub.loop().execute(() -> gone(Objects.requireNonNull(closingReason())));
                return;
            }
            if (message.length <= COPIED_BYTES) {
                queue.add(Frames.encode(sequence++, message));
            } else {
                queue.add(Frames.header(sequence++, message));
                queue.add(ByteBuffer.wrap(message));
            }
            queuedBytes += bytes;
            wake = !flushing;
            flushing = true;
        }
        if (wake) hub.loop().execute(this::flush);
    }

    @Override
    public void close(String reason) {
        synchronized (lock) {
            if (closing != null) return;
            closing = reason;
        }
        hub.loop().execute(() -> {
            lingerEnd = System.nanoTime() + LINGER_NANOS;
            flush();
        });
    }

    @Override
    public String peer() {
        return peer;
    }

    @Override
    public String toString() {
        return peer;
    }

    void opened(SelectionKey registered) {
        key = registered;
    }

    @Override
    public void ready(SelectionKey ready) {
        if (ready.isReadable()) read();
        if (!gone && ready.isWritable()) flush();
    }

    /** Ends what has taken too long. */
    void tick(long now) {
        if (decoder.partial() && now - partialSince > hub.limits().frame().toNanos())
            gone("sent part of a message and no more for "
                    + hub.limits().frame().toSeconds() + " s");
        String reason = closingReason();
        if (reason != null && lingerEnd != 0 && now - lingerEnd > 0) gone(reason);
    }

    private void read() {
        ByteBuffer buffer = hub.readBuffer();
        try {
            int read = channel.read(buffer.clear());
            if (read < 0) {
                String reason = closingReason();
                gone(reason != null ? reason : "closed by the peer");
            } else if (closingReason() == null) {
                decode(buffer.flip());
            }
        } catch (IOException e) {
            gone("connection lost: " + Sockets.reason(e));
        } catch (FrameException e) {
            gone("sent " + e.getMessage());
        }
    }

    private void decode(ByteBuffer bytes) throws FrameException {
        boolean began = decoder.partial();
        boolean[] whole = {false};
        decoder.feed(bytes, message -> {
            whole[0] = true;
            if (!gone && closingReason() == null) deliver(message);
        });
        if (decoder.partial() && (!began || whole[0])) partialSince = System.nanoTime();
    }

    private void deliver(byte[] message) {
        try {
            hub.handler().received(this, message);
        } catch (RuntimeException e) {
            gone("its message could not be handled: " + e);
            EventLoop.report(e);
        }
    }

    void flush() {
        if (gone || key == null) return;
        try {
            for (int frames = 0; ; frames++) {
                ByteBuffer frame = next();
                if (frame == null) break;
                if (frames == FRAMES_IN_A_ROW) {
                    hub.loop().execute(this::flush);
                    return;
                }
                int wrote = channel.write(frame);
                written(wrote);
                if (frame.hasRemaining()) {
                    key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
                    return;
                }
            }
            key.interestOps(SelectionKey.OP_READ);
            if (closingReason() != null && !shut) {
                shut = true;
                channel.shutdownOutput();
            }
        } catch (IOException e) {
            gone("connection lost: " + Sockets.reason(e));
        }
    }

    private @Nullable ByteBuffer next() {
        synchronized (lock) {
            ByteBuffer head = queue.peek();
            if (head == null) flushing = false;
            return head;
        }
    }

    private void written(int bytes) {
        synchronized (lock) {
            queuedBytes -= bytes;
            ByteBuffer head = queue.peek();
            if (head != null && !head.hasRemaining()) queue.remove();
        }
    }

    private @Nullable String closingReason() {
        synchronized (lock) {
            return closing;
        }
    }

    /** Closes at once and tells the owner, once. */
    void gone(String reason) {
        if (gone) return;
        gone = true;
        synchronized (lock) {
            if (closing == null) closing = reason;
            queue.clear();
            queuedBytes = 0;
        }
        Sockets.closeQuietly(channel);
        hub.gone(this, reason);
    }
}
