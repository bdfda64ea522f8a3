package rubato.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import rubato.shm.ByteRing;
import rubato.shm.SharedSegment;

/** A lane of two rings in shared memory; a sleeping peer is woken by a byte on the control socket. */
final class RingLane implements Lane {
    static final int RING_BYTES = 256 << 10;

    private final SharedSegment segment;
    private final ControlStream control;
    private final ByteRing in;
    private final ByteRing out;

    /** @param maker whether this side made the segment: it writes the first ring */
    RingLane(SharedSegment segment, ControlStream control, boolean maker) {
        this.segment = segment;
        this.control = control;
        ByteRing first = new ByteRing(segment.memory(), 0, RING_BYTES);
        ByteRing second = new ByteRing(segment.memory(), ByteRing.bytes(RING_BYTES), RING_BYTES);
        this.out = maker ? first : second;
        this.in = maker ? second : first;
    }

    static int segmentBytes() {
        return 2 * ByteRing.bytes(RING_BYTES);
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        int read = in.read(into);
        if (read > 0 && in.mustWakeWriter()) control.wake();
        return read;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        int wrote = out.write(from);
        if (wrote > 0 && out.mustWakeReader()) control.wake();
        return wrote;
    }

    @Override
    public void join(Selector selector) {}

    @Override
    public boolean interest(boolean read, boolean write) {
        boolean readable = read && in.readerSleeps();
        boolean writable = write && out.writerSleeps();
        return readable || writable;
    }

    @Override
    public void awake() {
        in.readerAwake();
        out.writerAwake();
    }

    @Override
    public void close() {
        segment.close();
    }
}
