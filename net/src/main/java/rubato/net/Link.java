package rubato.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import rubato.world.Generation;
import rubato.world.WorkerId;

/**
 * The connection to one process, kept over generations: a control socket and a lane for data. Both ends count the lane's bytes, so
 * that the start and the end of a generation are byte numbers: what an aborted one left in the lane is skipped, nothing is
 * reconnected. Used by one thread, but for {@link #tell} and {@link #close}.
 */
final class Link {
    private static final int SKIP_BYTES = 64 << 10;
    /** A peer is ahead by one meeting about memory at most. */
    private static final int MAX_EARLY = 2;

    private final WorkerId peer;
    private final long host;
    private final TransportChoice carrier;
    private final ControlStream control;
    private final Lane lane;
    private volatile boolean broken;
    /** Written only by the thread that writes to the lane. */
    private volatile long sent;

    private long received;
    private Generation generation = Generation.NONE;
    private long begins;
    private ControlMessage.@Nullable Begin begun;
    private ControlMessage.@Nullable Leave left;
    private ControlMessage.@Nullable Abort aborted;
    private @Nullable ByteBuffer skipped;
    /** What a peer said about memory to share before this rank asked. */
    private final Queue<ControlMessage> early = new ArrayDeque<>(MAX_EARLY);

    Link(WorkerId peer, long host, TransportChoice carrier, ControlStream control, Lane lane) {
        this.peer = peer;
        this.host = host;
        this.carrier = carrier;
        this.control = control;
        this.lane = lane;
    }

    WorkerId peer() {
        return peer;
    }

    /** The peer's host, as a number that only processes of it share. */
    long host() {
        return host;
    }

    TransportChoice carrier() {
        return carrier;
    }

    ControlStream control() {
        return control;
    }

    Lane lane() {
        return lane;
    }

    boolean broken() {
        return broken;
    }

    /** Enters a generation together with the peer, which by then has left every earlier one. */
    void begin(Generation next, Until end) throws IOException {
        generation = next;
        tell(new ControlMessage.Begin(next, sent));
        while (begun == null || begun.generation().compareTo(next) < 0) {
            begun = null;
            note(control.await(ControlMessage.class, end));
        }
        if (!begun.generation().equals(next))
            throw new AheadException("is in generation " + begun.generation() + ", this is " + next);
        begins = begun.sent();
        begun = null;
        if (begins < received) throw new IOException("counts " + begins + " bytes, " + received + " have come");
    }

    /** Waits for a message about this link or group; an end of the generation meanwhile is a failure. */
    <T extends ControlMessage> T await(Class<T> kind, Until end) throws IOException {
        while (true) {
            ControlMessage known = early.poll();
            ControlMessage message = known != null ? known : control.await(ControlMessage.class, end);
            if (kind.isInstance(message)) return kind.cast(message);
            if (isAboutMemory(message)) throw outOfTurn(message);
            note(message);
            ControlMessage.Abort abort = aborted();
            if (abort != null) throw new IOException("gave up: " + abort.reason());
            if (over()) throw new IOException("left generation " + generation);
        }
    }

    /** Sends a control message; any thread. */
    void tell(ControlMessage message) throws IOException {
        control.send(message);
    }

    /** Says that nothing more of the generation follows what was written so far; any thread. */
    void leave(Generation which) throws IOException {
        tell(new ControlMessage.Leave(which, sent));
    }

    /** Says that the generation is given up; any thread. */
    void abort(Generation which, int blamed, String reason) throws IOException {
        tell(new ControlMessage.Abort(which, sent, blamed, reason));
    }

    int read(ByteBuffer into) throws IOException {
        while (received < begins) if (skip() == 0) return 0;
        long rest = Math.min(into.remaining(), end() - received);
        if (rest <= 0) return over() ? -1 : 0;
        int limit = into.limit();
        int read = lane.read(into.limit(into.position() + (int) rest));
        into.limit(limit);
        received += Math.max(0, read);
        return read;
    }

    private int skip() throws IOException {
        ByteBuffer buffer = skipped;
        if (buffer == null) skipped = buffer = ByteBuffer.allocateDirect(SKIP_BYTES);
        int read = lane.read(buffer.clear().limit((int) Math.min(SKIP_BYTES, begins - received)));
        if (read < 0) throw new IOException("closed its connection");
        received += read;
        return read;
    }

    int write(ByteBuffer from) throws IOException {
        long before = sent;
        int wrote = lane.write(from);
        sent = before + wrote;
        return wrote;
    }

    /** The byte after the last one that is of this generation, as far as is known. */
    private long end() {
        if (left != null && left.generation().equals(generation)) return left.sent();
        ControlMessage.Abort abort = aborted();
        if (abort != null) return abort.sent();
        return begun != null ? begun.sent() : Long.MAX_VALUE;
    }

    /** Whether all of the generation that the peer sent before it ended it has been read. */
    boolean drained() {
        return received >= end();
    }

    /** Reads what control messages are here. */
    void attend() throws IOException {
        ControlMessage message;
        while ((message = control.poll()) != null) note(message);
    }

    /** Why the peer has given up this generation, if it has. */
    ControlMessage.@Nullable Abort aborted() {
        return aborted != null && aborted.generation().equals(generation) ? aborted : null;
    }

    /** Whether the peer has ended this generation, in whatever way. */
    boolean over() {
        return end() != Long.MAX_VALUE;
    }

    private void note(ControlMessage message) throws IOException {
        if (message instanceof ControlMessage.Wake) return;
        if (message instanceof ControlMessage.Begin m) begun = m;
        else if (message instanceof ControlMessage.Leave m) left = m;
        else if (message instanceof ControlMessage.Abort m) aborted = m;
        else if (isAboutMemory(message) && early.size() < MAX_EARLY) early.add(message);
        else throw outOfTurn(message);
        if (message instanceof ControlMessage.Begin) early.clear();
    }

    private static boolean isAboutMemory(ControlMessage message) {
        return message instanceof ControlMessage.Place || message instanceof ControlMessage.Reached;
    }

    private static IOException outOfTurn(ControlMessage message) {
        return new IOException("sent a " + message.getClass().getSimpleName() + " out of turn");
    }

    /** The peer has gone on to a later generation; the link is whole. */
    static final class AheadException extends IOException {
        private static final long serialVersionUID = 1L;

        AheadException(String message) {
            super(message);
        }
    }

    /** The peer has ended the generation and its process's side of the link; what it sent before can still be read. */
    void hungUp() {
        broken = true;
        control.close();
    }

    /** For good: the next generation needs a new link. Any thread. */
    void close() {
        broken = true;
        control.close();
        lane.close();
    }
}
