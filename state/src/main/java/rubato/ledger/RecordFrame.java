package rubato.ledger;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One record of a segment: payload length, kind, version, index of the first entry written with the same fsync, chain link,
 * payload, CRC32C over all of it. The link covers everything before it and the payload.
 *
 * <p>{@code batchStart} is what tells a torn tail from damage: everything before it was durable when the record was written,
 * so a bad record before a good one's {@code batchStart} was acknowledged once and cannot be a torn write.
 */
record RecordFrame(int length, long batchStart, byte[] link, ByteBuffer payload) {
    static final int HEAD = 4 + 2 + 2 + 8;
    static final int OVERHEAD = HEAD + Chain.BYTES + 4;
    static final int MAX_PAYLOAD = 16 << 20;
    static final short KIND_ENTRY = 1;
    static final short VERSION = 1;

    int size() {
        return OVERHEAD + length;
    }

    /** Appends a record to a buffer with room for it and moves the chain on. */
    static void write(ByteBuffer out, byte[] payload, long batchStart, Chain chain) {
        int start = out.position();
        out.putInt(payload.length).putShort(KIND_ENTRY).putShort(VERSION).putLong(batchStart);
        ByteBuffer head = out.duplicate().flip().position(start);
        out.put(chain.advance(head, ByteBuffer.wrap(payload))).put(payload);
        out.putInt(crc(out, start, out.position()));
    }

    /** The record at an offset, or null if the bytes there are no whole record with a matching checksum. */
    static @Nullable RecordFrame at(ByteBuffer segment, int offset) {
        int left = segment.limit() - offset;
        if (left < OVERHEAD) return null;
        int length = segment.getInt(offset);
        if (length <= 0 || length > MAX_PAYLOAD || length > left - OVERHEAD) return null;
        int end = offset + HEAD + Chain.BYTES + length;
        if (crc(segment, offset, end) != segment.getInt(end)) return null;
        byte[] link = new byte[Chain.BYTES];
        segment.get(offset + HEAD, link);
        ByteBuffer payload = segment.slice(offset + HEAD + Chain.BYTES, length);
        return new RecordFrame(length, segment.getLong(offset + 8), link, payload);
    }

    static ByteBuffer head(ByteBuffer segment, int offset) {
        return segment.slice(offset, HEAD);
    }

    static short kind(ByteBuffer segment, int offset) {
        return segment.getShort(offset + 4);
    }

    static short version(ByteBuffer segment, int offset) {
        return segment.getShort(offset + 6);
    }

    private static int crc(ByteBuffer bytes, int from, int to) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(from, to - from));
        return (int) crc.getValue();
    }
}
