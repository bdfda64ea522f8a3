package rubato.collective;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import rubato.net.Wire;

/**
 * What every operation's bytes from one rank begin with: magic, version, generation, step, length, rank, number of control
 * words, CRC32C; then the control words and their CRC32C.
 */
final class OperationHeader {
    static final int BYTES = 48;
    static final int MAX_CONTROLS = 1024;
    private static final int CHECKED_BYTES = BYTES - 4;

    private OperationHeader() {}

    static int bytes(int controls) {
        return BYTES + 8 * controls + 8;
    }

    static void put(
            ByteBuffer out, CRC32C crc, Generation generation, long step, int length, int rank, long[] control) {
        int from = out.position();
        out.putInt(Wire.MAGIC).putShort(Wire.VERSION).putShort((short) 0);
        out.putLong(generation.term()).putLong(generation.number()).putLong(step);
        out.putInt(length).putInt(rank).putInt(control.length);
        out.putInt(crc(crc, out, from, CHECKED_BYTES));
        int words = out.position();
        for (long word : control) out.putLong(word);
        out.putLong(crc(crc, out, words, 8 * control.length));
    }

    /** The generation as plain numbers. */
    record Generation(long term, long number) {
        @Override
        public String toString() {
            return term + "." + number;
        }
    }

    /** Checks the fixed part at the buffer's position. @return the number of control words */
    static int check(ByteBuffer in, CRC32C crc, Generation generation, long step, int length, int rank, int peer) {
        int at = in.position();
        if (in.getInt(at) != Wire.MAGIC || in.getInt(at + CHECKED_BYTES) != crc(crc, in, at, CHECKED_BYTES))
            throw new CollectiveException(
                    peer, "rank " + peer + " sent a damaged header to rank " + rank + " in step " + step);
        if (in.getShort(at + 4) != Wire.VERSION)
            throw disagree(peer, rank, "version", in.getShort(at + 4), Wire.VERSION);
        Generation theirs = new Generation(in.getLong(at + 8), in.getLong(at + 16));
        if (!theirs.equals(generation)) throw disagree(peer, rank, "generation", theirs, generation);
        if (in.getLong(at + 24) != step) throw disagree(peer, rank, "step", in.getLong(at + 24), step);
        if (in.getInt(at + 32) != length) throw disagree(peer, rank, "length", in.getInt(at + 32), length);
        if (in.getInt(at + 36) != peer) throw disagree(peer, rank, "peer's rank", in.getInt(at + 36), peer);
        int controls = in.getInt(at + 40);
        if (controls < 0 || controls > MAX_CONTROLS)
            throw new CollectiveException(
                    peer, "rank " + peer + " sent " + controls + " control words, more than " + MAX_CONTROLS);
        return controls;
    }

    static long[] controls(ByteBuffer in, CRC32C crc, int count, int rank, int peer) {
        int at = in.position();
        if ((int) in.getLong(at + 8 * count) != crc(crc, in, at, 8 * count))
            throw new CollectiveException(peer, "rank " + peer + " sent damaged control words to rank " + rank);
        long[] controls = new long[count];
        for (int i = 0; i < count; i++) controls[i] = in.getLong(at + 8 * i);
        return controls;
    }

    private static CollectiveException disagree(int peer, int rank, String what, Object theirs, Object ours) {
        return new CollectiveException(
                peer, "rank " + peer + " is at " + what + " " + theirs + ", rank " + rank + " at " + what + " " + ours);
    }

    private static int crc(CRC32C crc, ByteBuffer buffer, int from, int bytes) {
        int position = buffer.position();
        int limit = buffer.limit();
        crc.reset();
        crc.update(buffer.limit(from + bytes).position(from));
        buffer.limit(limit).position(position);
        return (int) crc.getValue();
    }
}
