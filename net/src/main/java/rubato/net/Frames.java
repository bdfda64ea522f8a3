package rubato.net;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The outer form of a message: magic, version, sequence, length, CRC32C of the payload, CRC32C of this header, payload.
 * The sequence starts at a number both sides drew from the handshake and grows by one, so that a duplicated, replayed,
 * reordered or foreign frame never fits.
 */
final class Frames {
    static final int HEADER_BYTES = 28;
    static final int MAX_PAYLOAD = 64 << 20;
    private static final int CHECKED_BYTES = HEADER_BYTES - 4;

    private Frames() {}

    /** The whole frame in one piece, to be written at once. */
    static ByteBuffer encode(long sequence, byte[] payload) {
        return header(sequence, payload, payload.length).put(payload).flip();
    }

    /** What comes before a payload that is too large to be copied. */
    static ByteBuffer header(long sequence, byte[] payload) {
        return header(sequence, payload, 0).flip();
    }

    private static ByteBuffer header(long sequence, byte[] payload, int room) {
        if (payload.length > MAX_PAYLOAD)
            throw new IllegalArgumentException(
                    "a message has at most " + MAX_PAYLOAD + " bytes, had " + payload.length);
        ByteBuffer frame = ByteBuffer.allocate(HEADER_BYTES + room).order(ByteOrder.LITTLE_ENDIAN);
        frame.putInt(Wire.MAGIC).putShort(Wire.VERSION).putShort((short) 0);
        frame.putLong(sequence).putInt(payload.length).putInt(crc(payload, payload.length));
        return frame.putInt(crc(frame.array(), CHECKED_BYTES));
    }

    /** @return the payload's length */
    static int check(ByteBuffer header, long expectedSequence) throws FrameException {
        if (header.getInt(0) != Wire.MAGIC) throw new FrameException("a frame without the magic number");
        if (header.getShort(4) != Wire.VERSION) throw new FrameException("a frame of version " + header.getShort(4));
        if (header.getInt(CHECKED_BYTES) != crc(header.array(), CHECKED_BYTES))
            throw new FrameException("a frame header with a wrong checksum");
        if (header.getLong(8) != expectedSequence) throw new FrameException("a repeated, lost or foreign frame");
        int length = header.getInt(16);
        if (length < 0 || length > MAX_PAYLOAD)
            throw new FrameException(
                    "a frame of " + Integer.toUnsignedLong(length) + " bytes, more than " + MAX_PAYLOAD);
        return length;
    }

    static void checkPayload(ByteBuffer header, byte[] payload) throws FrameException {
        if (header.getInt(20) != crc(payload, payload.length))
            throw new FrameException("a frame with a wrong checksum");
    }

    static int crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
