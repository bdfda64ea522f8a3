package rubato.collective;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;

/**
 * A rank's last words before it hangs up without having finished.
 *
 * @param blamed the rank it holds responsible, or -1
 * @param late whether it only waited too long, and so cannot say who is responsible
 * @param waited if late, the ranks it waited for, or the first of them
 */
record Farewell(int blamed, boolean late, String reason, int[] waited) {
    private static final int TEXT_AT = 16;
    private static final int MAX_TEXT = 240;
    private static final int MAX_WAITED = 256;
    private static final int[] NOBODY = {};

    static Farewell because(CollectiveException failure) {
        return new Farewell(failure.peerRank(), false, String.valueOf(failure.getMessage()), NOBODY);
    }

    /** Writes it from byte {@code at} on. @return its size */
    int put(ByteBuffer out, int at) {
        byte[] text = reason.getBytes(UTF_8);
        int length = Math.min(text.length, MAX_TEXT);
        int ranks = Math.min(waited.length, MAX_WAITED);
        out.putInt(at, blamed)
                .putInt(at + 4, late ? 1 : 0)
                .putInt(at + 8, length)
                .putInt(at + 12, ranks);
        for (int i = 0; i < length; i++) out.put(at + TEXT_AT + i, text[i]);
        for (int i = 0; i < ranks; i++) out.putInt(at + TEXT_AT + length + 4 * i, waited[i]);
        return TEXT_AT + length + 4 * ranks;
    }

    static Farewell parse(ByteBuffer in, int at, int size, int peer) {
        int length = size < TEXT_AT ? -1 : in.getInt(at + 8);
        int ranks = size < TEXT_AT ? -1 : in.getInt(at + 12);
        boolean legible = length >= 0 && length <= MAX_TEXT && ranks >= 0 && ranks <= MAX_WAITED;
        if (!legible || TEXT_AT + length + 4 * ranks > size)
            throw new CollectiveException(peer, "rank " + peer + " gave up for a reason that is not legible");
        byte[] text = new byte[length];
        for (int i = 0; i < length; i++) text[i] = in.get(at + TEXT_AT + i);
        int[] waited = new int[ranks];
        for (int i = 0; i < ranks; i++) waited[i] = in.getInt(at + TEXT_AT + length + 4 * i);
        return new Farewell(in.getInt(at), in.getInt(at + 4) != 0, new String(text, UTF_8), waited);
    }

    /** What it means for those it was said to. */
    CollectiveException heardFrom(int peer, int rank, int size) {
        int blame = blamed >= 0 && blamed < size && blamed != rank ? blamed : peer;
        return new CollectiveException(blame, "rank " + peer + " gave up: " + reason);
    }
}
