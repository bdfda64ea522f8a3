package rubato.net;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import rubato.world.Generation;
import rubato.world.WorkerId;

/** Control messages as bytes: kind, number of payload bytes, payload, CRC32C; a wake-up is its kind alone. */
final class ControlCodec {
    static final int MAX_BYTES = 600;
    private static final int HEAD_BYTES = 4;
    private static final int CRC_BYTES = 4;
    private static final int MAX_TEXT = 400;
    /** All of a {@link ControlMessage.Wake}. */
    static final byte WAKE = 'W';

    private ControlCodec() {}

    static ByteBuffer encode(ControlMessage message) {
        ByteBuffer out = ByteBuffer.allocate(MAX_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        if (message instanceof ControlMessage.Wake) return out.put(WAKE).flip();
        out.position(HEAD_BYTES);
        byte kind = payload(message, out);
        out.put(0, kind).putShort(2, (short) (out.position() - HEAD_BYTES));
        return out.putInt(crc(out, out.position())).flip();
    }

    private static byte payload(ControlMessage message, ByteBuffer out) {
        if (message instanceof ControlMessage.Greeting m) {
            text(
                    out.putLong(m.worker().incarnation()).putLong(m.host()).put((byte)
                            m.choice().ordinal()),
                    m.worker().name());
            return 'G';
        }
        if (message instanceof ControlMessage.Carrier m) {
            out.put((byte) m.choice().ordinal()).putInt(m.streams());
            return 'C';
        }
        if (message instanceof ControlMessage.Place m) {
            text(out, m.name());
            return 'P';
        }
        if (message instanceof ControlMessage.Reached m) {
            out.put((byte) (m.yes() ? 1 : 0));
            return 'R';
        }
        if (message instanceof ControlMessage.Begin m) {
            generation(out, m.generation()).putLong(m.sent());
            return 'B';
        }
        if (message instanceof ControlMessage.Leave m) {
            generation(out, m.generation()).putLong(m.sent());
            return 'L';
        }
        if (message instanceof ControlMessage.Abort m) {
            text(generation(out, m.generation()).putLong(m.sent()).putInt(m.blamed()), m.reason());
            return 'A';
        }
        throw new IllegalStateException("no code for " + message);
    }

    /** Takes the message at the buffer's position, or nothing if it is not whole. */
    static @Nullable ControlMessage decode(ByteBuffer in) throws FrameException {
        if (!in.hasRemaining()) return null;
        int at = in.position();
        if (in.get(at) == WAKE) {
            in.position(at + 1);
            return ControlMessage.Wake.INSTANCE;
        }
        if (in.remaining() < HEAD_BYTES) return null;
        int length = Short.toUnsignedInt(in.getShort(at + 2));
        if (length > MAX_BYTES - HEAD_BYTES - CRC_BYTES)
            throw new FrameException("a control message of " + length + " bytes");
        if (in.remaining() < HEAD_BYTES + length + CRC_BYTES) return null;
        ByteBuffer whole = in.slice(at, HEAD_BYTES + length + CRC_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        in.position(at + whole.capacity());
        if (whole.getInt(HEAD_BYTES + length) != crc(whole, HEAD_BYTES + length))
            throw new FrameException("a control message with a wrong checksum");
        try {
            return message(whole.get(0), whole.position(HEAD_BYTES).limit(HEAD_BYTES + length));
        } catch (IllegalArgumentException | java.nio.BufferUnderflowException e) {
            throw new FrameException("a control message that cannot be read");
        }
    }

    private static ControlMessage message(byte kind, ByteBuffer in) throws FrameException {
        return switch (kind) {
            case 'G' -> {
                long incarnation = in.getLong();
                long host = in.getLong();
                TransportChoice choice = choice(in);
                yield new ControlMessage.Greeting(new WorkerId(text(in), incarnation), host, choice);
            }
            case 'C' -> new ControlMessage.Carrier(choice(in), in.getInt());
            case 'P' -> new ControlMessage.Place(text(in));
            case 'R' -> new ControlMessage.Reached(in.get() != 0);
            case 'B' -> new ControlMessage.Begin(generation(in), in.getLong());
            case 'L' -> new ControlMessage.Leave(generation(in), in.getLong());
            case 'A' -> new ControlMessage.Abort(generation(in), in.getLong(), in.getInt(), text(in));
            default -> throw new FrameException("a control message of unknown kind " + kind);
        };
    }

    private static ByteBuffer generation(ByteBuffer out, Generation generation) {
        return out.putLong(generation.term()).putLong(generation.number());
    }

    private static Generation generation(ByteBuffer in) {
        return new Generation(in.getLong(), in.getLong());
    }

    private static TransportChoice choice(ByteBuffer in) {
        int ordinal = in.get();
        TransportChoice[] all = TransportChoice.values();
        if (ordinal < 0 || ordinal >= all.length) throw new IllegalArgumentException("no transport " + ordinal);
        return all[ordinal];
    }

    private static void text(ByteBuffer out, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        if (bytes.length > MAX_TEXT) bytes = Arrays.copyOf(bytes, MAX_TEXT);
        out.putShort((short) bytes.length).put(bytes);
    }

    private static String text(ByteBuffer in) {
        byte[] bytes = new byte[Math.min(Short.toUnsignedInt(in.getShort()), MAX_TEXT)];
        in.get(bytes);
        return new String(bytes, UTF_8);
    }

    private static int crc(ByteBuffer buffer, int bytes) {
        CRC32C crc = new CRC32C();
        crc.update(buffer.slice(0, bytes));
        return (int) crc.getValue();
    }
}
