package rubato.shm;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * One way of bytes between two processes: one writes, one reads, each moves its own position. A side that is about to sleep says
 * so, and the other asks after every move whether it must be woken. What the other side writes is not believed: a position that
 * cannot be is an error.
 */
public final class ByteRing {
    private static final int WRITTEN = 0;
    private static final int READ = Words.SPACING;
    private static final int READER_SLEEPS = 2 * Words.SPACING;
    private static final int WRITER_SLEEPS = 3 * Words.SPACING;
    private static final int DATA = 4 * Words.SPACING;

    private final ByteBuffer memory;
    private final int at;
    private final int capacity;
    private final ByteBuffer data;
    private long position;
    private long otherSeen;

    /** @param capacity of the ring, a power of two */
    public ByteRing(ByteBuffer memory, int at, int capacity) {
        if (Integer.bitCount(capacity) != 1)
            throw new IllegalArgumentException("capacity must be a power of two, was " + capacity);
        this.memory = memory;
        this.at = at;
        this.capacity = capacity;
        this.data = memory.slice(at + DATA, capacity);
    }

    public static int bytes(int capacity) {
        return DATA + capacity;
    }

    /**
     * The writer's call.
     *
     * @return how many bytes were taken
     * @throws IOException if the reader's position cannot be
     */
    public int write(ByteBuffer from) throws IOException {
        int room = writable();
        int count = Math.min(from.remaining(), room);
        if (count == 0) return 0;
        int offset = (int) (position & (capacity - 1));
        int first = Math.min(count, capacity - offset);
        data.put(offset, from, from.position(), first);
        if (first < count) data.put(0, from, from.position() + first, count - first);
        from.position(from.position() + count);
        position += count;
        Words.publish(memory, at + WRITTEN, position);
        return count;
    }

    private int writable() throws IOException {
        if (position - otherSeen == capacity) otherSeen = Words.acquire(memory, at + READ);
        return capacity - between(otherSeen, position);
    }

    /** Bytes from one position up to another, which is not before it and at most a ring further. */
    private int between(long from, long to) throws IOException {
        long bytes = to - from;
        if (bytes < 0 || bytes > capacity)
            throw new IOException("garbled shared memory: " + bytes + " bytes in a ring of " + capacity);
        return (int) bytes;
    }

    /**
     * The reader's call.
     *
     * @return how many bytes came
     * @throws IOException if the writer's position cannot be
     */
    public int read(ByteBuffer into) throws IOException {
        if (otherSeen == position) otherSeen = Words.acquire(memory, at + WRITTEN);
        int count = Math.min(into.remaining(), between(position, otherSeen));
        if (count == 0) return 0;
        int offset = (int) (position & (capacity - 1));
        int first = Math.min(count, capacity - offset);
        into.put(into.position(), data, offset, first);
        if (first < count) into.put(into.position() + first, data, 0, count - first);
        into.position(into.position() + count);
        position += count;
        Words.publish(memory, at + READ, position);
        return count;
    }

    /** Says that the reader is about to sleep. @return whether there is something to read after all */
    public boolean readerSleeps() {
        Words.publish(memory, at + READER_SLEEPS, 1);
        return Words.acquire(memory, at + WRITTEN) != position;
    }

    /** Says that the writer is about to sleep. @return whether there is room after all */
    public boolean writerSleeps() {
        Words.publish(memory, at + WRITER_SLEEPS, 1);
        return position - Words.acquire(memory, at + READ) < capacity;
    }

    public void readerAwake() {
        Words.release(memory, at + READER_SLEEPS, 0);
    }

    public void writerAwake() {
        Words.release(memory, at + WRITER_SLEEPS, 0);
    }

    /** Asked by the writer after a write: whether the reader waits to be woken; true once per sleep. */
    public boolean mustWakeReader() {
        return mustWake(at + READER_SLEEPS);
    }

    /** Asked by the reader after a read: whether the writer waits to be woken; true once per sleep. */
    public boolean mustWakeWriter() {
        return mustWake(at + WRITER_SLEEPS);
    }

    private boolean mustWake(int flag) {
        return Words.acquire(memory, flag) == 1 && Words.exchange(memory, flag, 1, 0);
    }
}
