package rubato.ledger;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * The start of a segment file: magic, format version, index of its first entry, the chain's link before it, run id, CRC32C.
 * The whole header is part of the chain.
 */
record SegmentHeader(long firstIndex, byte[] previousLink, String runId) {
    static final long MAGIC = 0x52554241544f4c47L; // "RUBATOLG"
    static final int VERSION = 1;
    private static final int MAX_RUN_ID = 256;
    private static final int FIXED = 8 + 4 + 8 + Chain.BYTES + 4 + 4;

    /** No header is longer, so a file that is holds more than one interrupted write of it. */
    static final int MAX_BYTES = FIXED + MAX_RUN_ID;

    SegmentHeader {
        int length = runId.getBytes(StandardCharsets.UTF_8).length;
        if (length > MAX_RUN_ID)
            throw new IllegalArgumentException("run id must be <= " + MAX_RUN_ID + " bytes, was " + length);
    }

    /** What is wrong with a header; {@code foreign} if it is whole but of another format. */
    static final class BadHeader extends Exception {
        private static final long serialVersionUID = 1L;
        private final boolean foreign;

        BadHeader(String message, boolean foreign) {
            super(message);
            this.foreign = foreign;
        }

        boolean foreign() {
            return foreign;
        }
    }

    ByteBuffer encode() {
        byte[] id = runId.getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = ByteBuffer.allocate(FIXED + id.length);
        out.putLong(MAGIC).putInt(VERSION).putLong(firstIndex).put(previousLink).putInt(id.length);
        out.put(id);
        out.putInt(crc(out.array(), out.position()));
        return out.flip();
    }

    /** Reads the header at the start of a segment and leaves the buffer behind it. */
    static SegmentHeader decode(ByteBuffer in) throws BadHeader {
        int start = in.position();
        try {
            if (in.getLong() != MAGIC) throw new BadHeader("is not a ledger segment (wrong magic)", false);
            int version = in.getInt();
            if (version != VERSION)
                throw new BadHeader(
                        "has ledger format version " + version + ", this build reads version " + VERSION, true);
            long firstIndex = in.getLong();
            byte[] previous = new byte[Chain.BYTES];
            in.get(previous);
            int length = in.getInt();
            if (length < 0 || length > MAX_RUN_ID) throw new BadHeader("header is damaged (run id length)", false);
            byte[] id = new byte[length];
            in.get(id);
            int covered = in.position() - start;
            byte[] bytes = new byte[covered];
            in.get(start, bytes);
            if (in.getInt() != crc(bytes, covered)) throw new BadHeader("header checksum does not match", false);
            return new SegmentHeader(firstIndex, previous, new String(id, StandardCharsets.UTF_8));
        } catch (BufferUnderflowException e) {
            throw new BadHeader("header is cut short", false);
        }
    }

    private static int crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
