package rubato.collective;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;

/**
 * A rank's last words before it hangs up without having finished.
 *
 * @param blamed the rank it holds responsible, or -1
 * @param late whether it only waited too long, and so may hold an innocent rank responsible
 */
record Farewell(int blamed, boolean late, String reason) {
    private static final int TEXT_AT = 12;
    private static final int MAX_TEXT = 240;

    /** Writes it from byte {@code at} on. @return its size */
    int put(ByteBuffer out, int at) {
        byte[] text = reason.getBytes(UTF_8);
        int length = Math.min(text.length, MAX_TEXT);
        out.putInt(at, blamed).putInt(at + 4, late ? 1 : 0).putInt(at + 8, length);
        for (int i = 0; i < length; i++) out.put(at + TEXT_AT + i, text[i]);
        return TEXT_AT + length;
    }

    static int maxBytes() {
        return TEXT_AT + MAX_TEXT;
    }

    static Farewell parse(ByteBuffer in, int at, int payload, int peer) {
        int length = payload < TEXT_AT ? -1 : in.getInt(at + 8);
        if (length < 0 || length > MAX_TEXT || TEXT_AT + length > payload)
            throw new CollectiveException(peer, "rank " + peer + " gave up for a reason that is not legible");
        byte[] text = new byte[length];
        for (int i = 0; i < length; i++) text[i] = in.get(at + TEXT_AT + i);
        return new Farewell(in.getInt(at), in.getInt(at + 4) != 0, new String(text, UTF_8));
    }

    /** What it means for those it was said to. */
    CollectiveException heardFrom(int peer, int rank, int size) {
        int blame = blamed >= 0 && blamed < size && blamed != rank ? blamed : peer;
        return new CollectiveException(blame, "rank " + peer + " gave up: " + reason);
    }
}
