package rubato.net;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Consumer;

/** Cuts a byte stream into checked frames. A length alone takes no memory: the payload's grows with the bytes that have come. */
final class FrameDecoder {
    private static final byte[] NONE = {};
    private static final int FIRST_BYTES = 64 << 10;

    private final ByteBuffer header = ByteBuffer.allocate(Frames.HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private long sequence;
    private byte[] payload = NONE;
    private int length;
    private int filled;
    private boolean headed;

    FrameDecoder(long firstSequence) {
        this.sequence = firstSequence;
    }

    /** Takes all bytes and hands on every message they complete. */
    void feed(ByteBuffer bytes, Consumer<byte[]> received) throws FrameException {
        while (bytes.hasRemaining() || (headed && filled == length)) {
            if (headed) takePayload(bytes, received);
            else takeHeader(bytes);
        }
    }

    /** True while a frame has begun and is not whole. */
    boolean partial() {
        return headed || header.position() > 0;
    }

    private void takeHeader(ByteBuffer bytes) throws FrameException {
        while (bytes.hasRemaining() && header.hasRemaining()) header.put(bytes.get());
        if (header.hasRemaining()) return;
        length = Frames.check(header, sequence);
        payload = new byte[Math.min(length, FIRST_BYTES)];
        filled = 0;
        headed = true;
    }

    private void takePayload(ByteBuffer bytes, Consumer<byte[]> received) throws FrameException {
        if (filled == payload.length && filled < length)
            payload = Arrays.copyOf(payload, (int) Math.min(length, 2L * filled));
        int taken = Math.min(bytes.remaining(), payload.length - filled);
        bytes.get(payload, filled, taken);
        filled += taken;
        if (filled < length) return;
        Frames.checkPayload(header, payload);
        byte[] message = payload;
        payload = NONE;
        headed = false;
        header.clear();
        sequence++;
        received.accept(message);
    }
}
