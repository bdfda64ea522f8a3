package rubato.collective;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import rubato.compress.Codec;
import rubato.plan.Algorithm;

/**
 * What a rank says it is about to do, before anything else of an operation: everything all members must agree on, then its rank and
 * its control words. Not thread-safe; one is kept and filled anew for each operation.
 */
final class Announcement {
    static final int MAX_CONTROLS = 1024;
    private static final int TERM = 0;
    private static final int NUMBER = 1;
    private static final int GROUP = 2;
    private static final int SEQUENCE = 3;
    private static final int OPERATION = 4;
    private static final int TYPE = 5;
    private static final int REDUCTION = 6;
    private static final int ALGORITHM = 7;
    private static final int LAYOUT = 8;
    private static final int CODEC = 9;
    private static final int ROOT = 10;
    private static final int LENGTH = 11;
    private static final int FIELDS = 12;
    private static final String[] NAMES = {
        "term",
        "generation",
        "group",
        "#",
        "operation",
        "type",
        "reduction",
        "algorithm",
        "layout",
        "codec",
        "root",
        "length"
    };
    private static final OperationKind[] KINDS = OperationKind.values();
    private static final Reduction[] REDUCTIONS = Reduction.values();

    private final long[] fields = new long[FIELDS];
    private long[] controls = {};

    static int bytes(int controls) {
        return 8 * (FIELDS + 2 + controls);
    }

    void generation(long term, long number) {
        fields[TERM] = term;
        fields[NUMBER] = number;
    }

    /** Another of the same generation. */
    Announcement again() {
        Announcement other = new Announcement();
        other.generation(fields[TERM], fields[NUMBER]);
        return other;
    }

    void begin(int group, long sequence, OperationKind kind, Elements elements, long[] controls) {
        if (controls.length > MAX_CONTROLS)
            throw new IllegalArgumentException(
                    "control words must be <= " + MAX_CONTROLS + ", were " + controls.length);
        fields[GROUP] = group;
        fields[SEQUENCE] = sequence;
        fields[OPERATION] = kind.ordinal();
        fields[TYPE] = letters(elements.type());
        fields[LENGTH] = elements.length();
        fields[REDUCTION] = 0;
        fields[ALGORITHM] = 0;
        fields[LAYOUT] = 0;
        fields[CODEC] = 0;
        fields[ROOT] = 0;
        this.controls = controls;
    }

    void reduction(Reduction reduction) {
        fields[REDUCTION] = reduction.ordinal();
    }

    void algorithm(Algorithm algorithm, int bucket) {
        fields[ALGORITHM] = letters(algorithm.name());
        fields[LAYOUT] = bucket;
        if (algorithm instanceof Algorithm.Hierarchical hosts)
            fields[LAYOUT] = 31L * bucket + hosts.hostOfRank().hashCode();
    }

    void codec(@Nullable Codec codec) {
        fields[CODEC] = codec == null ? 0 : letters(codec.name());
    }

    void root(int root) {
        fields[ROOT] = root;
    }

    long sequence() {
        return fields[SEQUENCE];
    }

    OperationKind kind() {
        return KINDS[(int) fields[OPERATION]];
    }

    long[] controls() {
        return controls;
    }

    /** Writes it from byte {@code at} on. @return its size */
    int put(ByteBuffer out, int at, int rank) {
        int next = at;
        for (long field : fields) next = word(out, next, field);
        next = word(out, next, rank);
        next = word(out, next, controls.length);
        for (long word : controls) next = word(out, next, word);
        return next - at;
    }

    private static int word(ByteBuffer out, int at, long word) {
        out.putLong(at, word);
        return at + 8;
    }

    /**
     * Checks that a peer's announcement says the same.
     *
     * @return the number of its control words
     */
    int check(ByteBuffer in, int at, int payload, int peer, int rank) {
        if (payload < bytes(0)) throw new CollectiveException(peer, "rank " + peer + " announced nothing legible");
        for (int i = 0; i < FIELDS; i++) {
            long theirs = in.getLong(at + 8 * i);
            if (theirs != fields[i]) throw disagree(peer, rank, i, theirs);
        }
        long from = in.getLong(at + 8 * FIELDS);
        if (from != peer) throw new CollectiveException(peer, "rank " + peer + " calls itself rank " + from);
        long words = in.getLong(at + 8 * FIELDS + 8);
        if (words < 0 || words > MAX_CONTROLS || bytes((int) words) != payload)
            throw new CollectiveException(
                    peer, "rank " + peer + " announced " + words + " control words, at most " + MAX_CONTROLS + " fit");
        return (int) words;
    }

    /** Reads control words into an array of their number. */
    static void controls(ByteBuffer in, int at, long[] words) {
        for (int i = 0; i < words.length; i++) words[i] = in.getLong(at + bytes(i));
    }

    /** The sequence number of whatever operation is announced there. */
    static long sequence(ByteBuffer in, int at) {
        return in.getLong(at + 8 * SEQUENCE);
    }

    private CollectiveException disagree(int peer, int rank, int field, long theirs) {
        String separator = field == SEQUENCE ? "" : " ";
        String name = NAMES[field] + separator;
        return new CollectiveException(
                peer,
                "rank " + peer + " is at " + name + shown(field, theirs) + ", rank " + rank + " at " + name
                        + shown(field, fields[field]));
    }

    private static String shown(int field, long value) {
        return switch (field) {
            case OPERATION -> value >= 0 && value < KINDS.length ? KINDS[(int) value].name() : "" + value;
            case REDUCTION -> value >= 0 && value < REDUCTIONS.length ? REDUCTIONS[(int) value].name() : "" + value;
            case TYPE, ALGORITHM, CODEC -> letters(value);
            default -> "" + value;
        };
    }

    /** The first eight letters of a name as a number. */
    private static long letters(String name) {
        long packed = 0;
        for (int i = 0; i < Math.min(8, name.length()); i++) packed |= (long) (name.charAt(i) & 0x7F) << 8 * i;
        return packed;
    }

    private static String letters(long packed) {
        if (packed == 0) return "none";
        StringBuilder name = new StringBuilder();
        for (long rest = packed; rest != 0; rest >>>= 8) {
            char letter = (char) (rest & 0x7F);
            name.append(Character.isLetterOrDigit(letter) ? letter : '?');
        }
        return name.toString();
    }
}
