package rubato.shm;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Ordered access to the aligned 64-bit words of a mapped buffer. */
final class Words {
    /** Two cache lines: what one process writes never shares a line, or the pair that is fetched together, with another's. */
    static final int SPACING = 128;

    private static final VarHandle LONG = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Words() {}

    static long acquire(ByteBuffer memory, int at) {
        return (long) LONG.getAcquire(memory, at);
    }

    static void release(ByteBuffer memory, int at, long value) {
        LONG.setRelease(memory, at, value);
    }

    /** Written before anything that follows is read. */
    static void publish(ByteBuffer memory, int at, long value) {
        LONG.setVolatile(memory, at, value);
    }

    static long plain(ByteBuffer memory, int at) {
        return (long) LONG.get(memory, at);
    }

    static void plain(ByteBuffer memory, int at, long value) {
        LONG.set(memory, at, value);
    }

    static boolean exchange(ByteBuffer memory, int at, long expected, long value) {
        return LONG.compareAndSet(memory, at, expected, value);
    }
}
