package rubato.testkit;

import java.nio.ByteBuffer;
import java.util.Arrays;
import rubato.random.SplitMix;

/** The bytes of a file as programs see them and as they would be found after a power cut. */
final class FaultyFile {
    private byte[] bytes = new byte[256];
    private int size;
    /** Never written below {@code durableSize}, so it may be the live array itself. */
    private byte[] durable = bytes;

    private int durableSize;
    /** Where the live bytes part from the durable ones, if they do. */
    private int common = Integer.MAX_VALUE;

    int size() {
        return size;
    }

    byte[] content() {
        return Arrays.copyOf(bytes, size);
    }

    void append(ByteBuffer from, int count) {
        if (size + count > bytes.length) bytes = Arrays.copyOf(bytes, Math.max(size + count, 2 * bytes.length));
        from.get(bytes, size, count);
        size += count;
    }

    void truncate(int newSize) {
        if (newSize < durableSize) {
            bytes = Arrays.copyOf(bytes, Math.max(256, newSize));
            common = Math.min(common, newSize);
        }
        size = newSize;
    }

    void force() {
        durable = bytes;
        durableSize = size;
        common = Integer.MAX_VALUE;
    }

    /** What was not forced is there in part, its end possibly garbled. */
    void cutPower(SplitMix random) {
        boolean cut = common != Integer.MAX_VALUE;
        if (cut && random.nextInt(2) == 0) keepDurable();
        int forced = Math.min(size, Math.min(common, durableSize));
        int unforced = size - forced;
        int kept = unforced == 0 ? 0 : random.nextInt(unforced + 1);
        int garbled = kept == 0 ? 0 : random.nextInt(kept + 1);
        byte[] after = Arrays.copyOf(bytes, Math.max(256, forced + kept));
        Arrays.fill(after, forced + kept, after.length, (byte) 0);
        for (int i = 0; i < garbled; i += 1 + random.nextInt(64)) after[forced + kept - 1 - i] = 0;
        bytes = after;
        size = forced + kept;
        force();
    }

    private void keepDurable() {
        bytes = durable;
        size = durableSize;
        common = Integer.MAX_VALUE;
    }
}
