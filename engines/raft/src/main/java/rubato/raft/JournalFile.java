package rubato.raft;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import rubato.codec.CodecException;
import rubato.codec.RecordCodec;
import rubato.error.RubatoException;

/**
 * The bytes of a journal: magic and version, then records of length, number of records certain to be durable when it was
 * written, payload, CRC32C. A bad record that a later good one counts as durable is damage; else it is the torn end of an
 * interrupted write.
 */
final class JournalFile {
    static final byte[] MAGIC = "RUBATORF1\n".getBytes(StandardCharsets.US_ASCII);
    static final int OVERHEAD = 4 + 8 + 4;
    static final int MAX_PAYLOAD = 48 << 20;
    private static final RecordCodec<JournalRecord> CODEC = RecordCodec.of(JournalRecord.class);

    private JournalFile() {}

    /** @param wholeBytes where the last good record ends */
    record Read(List<JournalRecord> records, long wholeBytes) {}

    static ByteBuffer encode(List<? extends JournalRecord> records, long durable) {
        List<byte[]> payloads = new ArrayList<>();
        int size = 0;
        for (JournalRecord record : records) {
            byte[] payload = CODEC.encode(record);
            payloads.add(payload);
            size = Math.addExact(size, payload.length + OVERHEAD);
        }
        ByteBuffer out = ByteBuffer.allocate(size);
        for (byte[] payload : payloads) put(out, payload, durable);
        return out.flip();
    }

    private static void put(ByteBuffer out, byte[] payload, long durable) {
        int start = out.position();
        out.putInt(payload.length).putLong(durable).put(payload);
        out.putInt(crc(out, start, out.position()));
    }

    static Read read(Path file, ByteBuffer bytes) throws IOException {
        if (bytes.limit() < MAGIC.length || !bytes.slice(0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC)))
            throw damaged(file, 0, "is not a journal of this version");
        List<JournalRecord> records = new ArrayList<>();
        int at = MAGIC.length;
        while (at < bytes.limit()) {
            ByteBuffer payload = payload(bytes, at);
            if (payload == null) {
                if (laterCounts(bytes, at + 1, records.size())) throw damaged(file, at, "checksum does not match");
                break;
            }
            int size = payload.remaining() + OVERHEAD;
            records.add(decode(file, at, payload));
            at += size;
        }
        return new Read(records, at);
    }

    private static JournalRecord decode(Path file, int at, ByteBuffer payload) {
        try {
            return CODEC.decode(payload);
        } catch (CodecException e) {
            throw damaged(file, at, String.valueOf(e.getMessage()));
        }
    }

    private static @Nullable ByteBuffer payload(ByteBuffer bytes, int at) {
        int left = bytes.limit() - at;
        if (left < OVERHEAD) return null;
        int length = bytes.getInt(at);
        if (length <= 0 || length > MAX_PAYLOAD || length > left - OVERHEAD) return null;
        int end = at + 12 + length;
        return crc(bytes, at, end) == bytes.getInt(end) ? bytes.slice(at + 12, length) : null;
    }

    private static boolean laterCounts(ByteBuffer bytes, int from, long number) {
        for (int at = from; at <= bytes.limit() - OVERHEAD; at++) {
            if (payload(bytes, at) != null && bytes.getLong(at + 4) > number) return true;
        }
        return false;
    }

    private static int crc(ByteBuffer bytes, int from, int to) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(from, to - from));
        return (int) crc.getValue();
    }

    private static RubatoException damaged(Path file, long offset, String why) {
        return RubatoException.failed(file + " offset " + offset + ": " + why)
                .remedy("this coordinator can no longer prove its votes; restore its directory from a copy");
    }
}
