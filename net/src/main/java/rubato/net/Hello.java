package rubato.net;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import rubato.world.WorkerId;

/** The dialer's first message: magic, version, nonce and purpose, always {@value #BYTES} bytes. */
final class Hello {
    static final int BYTES = 256;
    static final int NONCE_BYTES = 32;
    private static final byte CONTROL = 1;
    private static final byte DATA = 2;
    private static final int PURPOSE_AT = 8 + NONCE_BYTES;
    private static final int MAX_NAME = 128;

    private Hello() {}

    static ByteBuffer encode(short version, byte[] nonce, Purpose purpose) {
        ByteBuffer hello = buffer(BYTES);
        hello.putInt(Wire.MAGIC).putShort(version);
        hello.put(purpose instanceof Purpose.Data ? DATA : CONTROL)
                .put((byte) 0)
                .put(nonce);
        if (purpose instanceof Purpose.Data data) putData(hello, data);
        return hello.position(0);
    }

    private static void putData(ByteBuffer hello, Purpose.Data data) {
        byte[] name = data.worker().name().getBytes(US_ASCII);
        hello.putLong(data.term()).putLong(data.number());
        hello.putInt(data.from()).putInt(data.to()).putInt(data.size()).putInt(name.length);
        hello.putLong(data.worker().incarnation())
                .putLong(data.link())
                .putInt(data.index())
                .put(name);
    }

    /** Reads the purpose of a hello whose sender has proved the token. */
    static Purpose purpose(ByteBuffer hello) throws HandshakeException {
        byte kind = hello.get(6);
        if (kind == CONTROL) return Purpose.CONTROL;
        if (kind != DATA) throw HandshakeException.garbage("unknown purpose " + kind);
        try {
            return data(hello.duplicate().order(ByteOrder.LITTLE_ENDIAN).position(PURPOSE_AT));
        } catch (IllegalArgumentException e) {
            throw HandshakeException.garbage(String.valueOf(e.getMessage()));
        }
    }

    private static Purpose.Data data(ByteBuffer in) {
        long term = in.getLong();
        long number = in.getLong();
        int from = in.getInt();
        int to = in.getInt();
        int size = in.getInt();
        int nameBytes = in.getInt();
        long incarnation = in.getLong();
        long link = in.getLong();
        int index = in.getInt();
        if (nameBytes < 1 || nameBytes > MAX_NAME)
            throw new IllegalArgumentException("name must have 1.." + MAX_NAME + " bytes, had " + nameBytes);
        byte[] name = new byte[nameBytes];
        in.get(name);
        WorkerId worker = new WorkerId(new String(name, US_ASCII), incarnation);
        return new Purpose.Data(term, number, from, to, size, worker, link, index);
    }

    static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
