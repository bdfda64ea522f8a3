package rubato.net;

/** The constants every byte stream of Rubato starts with; all numbers on the wire are little-endian. */
public final class Wire {
    /** "RBTO". */
    public static final int MAGIC = 0x4F544252;

    public static final short VERSION = 1;

    private Wire() {}
}
