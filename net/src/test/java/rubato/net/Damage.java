package rubato.net;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import rubato.random.SplitMix;

/** What a broken or a hostile peer makes of right bytes, drawn from a seed. */
public final class Damage {
    private static final int[] EXTREMES = {0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 1 << 30, 0xFFFF, 1 << 16};
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Damage() {}

    /** Bytes that are nothing at all. */
    public static byte[] random(SplitMix random, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) bytes[i] = (byte) random.nextLong();
        return bytes;
    }

    /** Right bytes with bits flipped, cut, with a number in them made extreme, twice, or after a piece of themselves. */
    public static byte[] of(byte[] right, SplitMix random) {
        if (right.length < 8) return random(random, random.nextInt(64));
        byte[] bytes = right.clone();
        switch (random.nextInt(6)) {
            case 0 -> {
                for (int i = random.nextInt(4); i >= 0; i--)
                    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            }
            case 1 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
            case 2 -> extreme(bytes, random.nextInt(bytes.length - 4) & ~1, random);
            case 3 -> extreme(bytes, random.nextInt(Math.min(32, bytes.length - 4)) & ~3, random);
            case 4 -> bytes = join(bytes, bytes);
            default -> bytes = join(Arrays.copyOf(bytes, random.nextInt(bytes.length)), bytes);
        }
        return bytes;
    }

    /** Makes four bytes one of the numbers that a careless reader would trip over. */
    public static void extreme(byte[] bytes, int at, SplitMix random) {
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(at, EXTREMES[random.nextInt(EXTREMES.length)]);
    }

    public static byte[] join(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    /** Something that is done to bytes and may fail. */
    public interface Act {
        void run() throws Exception;
    }

    /**
     * Does it, and fails on any exception but the declared ones.
     *
     * @return what it allocated on this thread, bytes
     */
    public static long allowing(String what, Act act, Class<?>... declared) {
        long before = allocated();
        try {
            act.run();
        } catch (Throwable e) {
            if (Arrays.stream(declared).noneMatch(kind -> kind.isInstance(e)))
                throw new AssertionError(what + " threw " + e, e);
            if (e.getMessage() == null || e.getMessage().isBlank()) throw new AssertionError(what + " says nothing", e);
        }
        return allocated() - before;
    }

    /** The least that it allocates on this thread of three times: what is loaded or compiled at the first is nobody's doing. */
    public static long least(String what, Act act, Class<?>... declared) {
        long least = Long.MAX_VALUE;
        for (int time = 0; time < 3; time++) least = Math.min(least, allowing(what, act, declared));
        return least;
    }

    /** What this thread has allocated so far, bytes. */
    public static long allocated() {
        return THREADS.getCurrentThreadAllocatedBytes();
    }

    /** What another thread has allocated so far, bytes; -1 if it has ended. */
    public static long allocated(Thread thread) {
        return THREADS.getThreadAllocatedBytes(thread.getId());
    }
}
