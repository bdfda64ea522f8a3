package rubato.collective;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * What streams between ranks consist of: 16 bytes of head, then the payload, filled up to a multiple of 8. The head: "RB", kind,
 * version, payload bytes, elements in it, CRC32C of all other bytes of the frame.
 */
final class Frame {
    static final int HEAD = 16;
    static final byte VERSION = 1;
    /** Opens an operation: an {@link Announcement}, then elements. */
    static final byte OPERATION = 1;
    /** Elements of the operation under way. */
    static final byte DATA = 2;
    /** The sender has given up: a {@link Farewell}. */
    static final byte FAREWELL = 3;

    private static final short MAGIC = 0x4252;
    private static final int CRC_AT = 12;

    private Frame() {}

    static int padded(int bytes) {
        return bytes + 7 & ~7;
    }

    /** Completes the frame whose payload lies at {@link #HEAD}, and makes the buffer ready to be drained. */
    static void seal(ByteBuffer frame, byte kind, int payload, int elements, CRC32C crc) {
        int end = HEAD + padded(payload);
        frame.limit(end);
        for (int at = HEAD + payload; at < end; at++) frame.put(at, (byte) 0);
        frame.putShort(0, MAGIC).put(2, kind).put(3, VERSION).putInt(4, payload).putInt(8, elements);
        frame.putInt(CRC_AT, check(frame, 0, end, crc));
        frame.position(0);
    }

    /** @return what is wrong with the head at {@code at}, or null */
    static @org.jspecify.annotations.Nullable String fault(ByteBuffer in, int at, int capacity) {
        if (in.getShort(at) != MAGIC) return "bytes that begin no frame";
        byte kind = in.get(at + 2);
        if (in.get(at + 3) != VERSION) return "a frame of version " + in.get(at + 3) + ", this is " + VERSION;
        if (kind < OPERATION || kind > FAREWELL) return "a frame of unknown kind " + kind;
        int payload = payload(in, at);
        if (payload < 0 || payload > capacity - HEAD - 7) return "a frame of " + payload + " bytes";
        return elements(in, at) < 0 ? "a frame of " + elements(in, at) + " elements" : null;
    }

    static byte kind(ByteBuffer in, int at) {
        return in.get(at + 2);
    }

    static int payload(ByteBuffer in, int at) {
        return in.getInt(at + 4);
    }

    static int elements(ByteBuffer in, int at) {
        return in.getInt(at + 8);
    }

    static int bytes(ByteBuffer in, int at) {
        return HEAD + padded(payload(in, at));
    }

    static boolean intact(ByteBuffer in, int at, CRC32C crc) {
        return in.getInt(at + CRC_AT) == check(in, at, at + bytes(in, at), crc);
    }

    private static int check(ByteBuffer buffer, int from, int to, CRC32C crc) {
        int position = buffer.position();
        int limit = buffer.limit();
        crc.reset();
        crc.update(buffer.limit(from + CRC_AT).position(from));
        crc.update(buffer.limit(to).position(from + HEAD));
        buffer.limit(limit).position(position);
        return (int) crc.getValue();
    }
}
