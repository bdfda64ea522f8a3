package rubato.collective;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What streams between ranks consist of: a head of 24 bytes; words of the operation, at once checked; elements, checked as they are
 * used; zeros up to a multiple of 8. The head: "RB", kind, version, bytes of words, bytes of elements, number of elements, CRC32C of
 * all this and the words, CRC32C of the elements.
 */
final class Frame {
    static final int HEAD = 24;
    static final byte VERSION = 1;
    /** Opens an operation: an {@link Announcement}, then elements. */
    static final byte OPERATION = 1;
    /** Elements of the operation under way. */
    static final byte DATA = 2;
    /** The sender has given up: a {@link Farewell}. */
    static final byte FAREWELL = 3;

    private static final short MAGIC = 0x4252;
    private static final int WORDS_AT = 4;
    private static final int DATA_AT = 8;
    private static final int ELEMENTS_AT = 12;
    private static final int HEAD_CRC_AT = 16;
    private static final int DATA_CRC_AT = 20;

    private Frame() {}

    static int padded(int bytes) {
        return bytes + 7 & ~7;
    }

    /** Completes the frame whose words and elements lie at {@link #HEAD}, and makes the buffer ready to be drained. */
    static void seal(ByteBuffer frame, byte kind, int words, int data, int elements, CRC32C crc) {
        int end = HEAD + words + data;
        frame.limit(frame.capacity());
        for (int at = end; at < padded(end); at++) frame.put(at, (byte) 0);
        frame.putShort(0, MAGIC).put(2, kind).put(3, VERSION);
        frame.putInt(WORDS_AT, words).putInt(DATA_AT, data).putInt(ELEMENTS_AT, elements);
        crc.reset();
        add(frame, HEAD + words, end, crc);
        frame.putInt(DATA_CRC_AT, (int) crc.getValue());
        frame.putInt(HEAD_CRC_AT, headCheck(frame, 0, words, crc));
        frame.limit(padded(end)).position(0);
    }

    /** @return what is wrong with the head at {@code at}, or null */
    static @Nullable String fault(ByteBuffer in, int at, int largest) {
        if (in.getShort(at) != MAGIC) return "bytes that begin no frame";
        byte kind = in.get(at + 2);
        if (in.get(at + 3) != VERSION) return "a frame of version " + in.get(at + 3) + ", this is " + VERSION;
        if (kind < OPERATION || kind > FAREWELL) return "a frame of unknown kind " + kind;
        int words = in.getInt(at + WORDS_AT);
        int data = in.getInt(at + DATA_AT);
        if (words < 0 || data < 0 || (words & 7) != 0 || words > largest || data > largest - words - HEAD - 7)
            return "a frame of " + words + " and " + data + " bytes";
        return elements(in, at) < 0 ? "a frame of " + elements(in, at) + " elements" : null;
    }

    static byte kind(ByteBuffer in, int at) {
        return in.get(at + 2);
    }

    static int words(ByteBuffer in, int at) {
        return in.getInt(at + WORDS_AT);
    }

    static int data(ByteBuffer in, int at) {
        return in.getInt(at + DATA_AT);
    }

    static int elements(ByteBuffer in, int at) {
        return in.getInt(at + ELEMENTS_AT);
    }

    static int bytes(ByteBuffer in, int at) {
        return HEAD + words(in, at) + padded(data(in, at));
    }

    static boolean headIntact(ByteBuffer in, int at, CRC32C crc) {
        return in.getInt(at + HEAD_CRC_AT) == headCheck(in, at, words(in, at), crc);
    }

    static int dataCheck(ByteBuffer in, int at) {
        return in.getInt(at + DATA_CRC_AT);
    }

    private static int headCheck(ByteBuffer buffer, int at, int words, CRC32C crc) {
        crc.reset();
        add(buffer, at, at + HEAD_CRC_AT, crc);
        add(buffer, at + DATA_CRC_AT, at + HEAD + words, crc);
        return (int) crc.getValue();
    }

    static void add(ByteBuffer buffer, int from, int to, CRC32C crc) {
        crc.update(buffer.limit(to).position(from));
        buffer.limit(buffer.capacity());
    }
}
