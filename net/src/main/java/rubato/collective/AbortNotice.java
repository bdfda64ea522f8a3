package rubato.collective;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A rank's last message before it hangs up without having finished: whom it blames and why. Without it a peer that has all it
 * needs from this rank could not tell its failure from its end.
 */
final class AbortNotice {
    static final int BYTES = 272;
    /** "RBAB". */
    private static final int MAGIC = 0x42414252;

    private static final int TEXT_AT = 12;

    private AbortNotice() {}

    static ByteBuffer encode(int blamed, String reason) {
        byte[] text = Arrays.copyOf(reason.getBytes(UTF_8), Math.min(BYTES - TEXT_AT, reason.getBytes(UTF_8).length));
        ByteBuffer notice = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        return notice.putInt(MAGIC).putInt(blamed).putInt(text.length).put(text).position(0);
    }

    static boolean begins(ByteBuffer in, int at, int end) {
        return end - at >= 4 && in.getInt(at) == MAGIC;
    }

    /** Reads a whole notice from {@code peer} as the failure it tells of. */
    static CollectiveException decode(ByteBuffer in, int at, int peer, int size) {
        int blamed = in.getInt(at + 4);
        int length = Math.max(0, Math.min(in.getInt(at + 8), BYTES - TEXT_AT));
        byte[] text = new byte[length];
        for (int i = 0; i < length; i++) text[i] = in.get(at + TEXT_AT + i);
        boolean known = blamed >= 0 && blamed < size;
        return new CollectiveException(known ? blamed : peer, "rank " + peer + " gave up: " + new String(text, UTF_8));
    }
}
