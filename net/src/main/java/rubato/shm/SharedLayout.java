package rubato.shm;

/**
 * Where things lie in each rank's part of a group's shared memory: two headers used in turn, the progress and sleep words, control
 * words, and two slots for vectors or chunks of them.
 */
public final class SharedLayout {
    static final int MAX_CONTROLS = 1024;
    static final int SLOT_BYTES = 512 << 10;
    /** Floats that travel in the header's own cache line. */
    static final int INLINE_FLOATS = 10;

    static final int PHASE = 2 * Words.SPACING;
    static final int SLEEPS = 3 * Words.SPACING;
    private static final int CONTROLS = 4096;
    private static final int SLOTS = CONTROLS + 2 * 8 * MAX_CONTROLS;

    public static final long BYTES_PER_RANK = SLOTS + 2L * SLOT_BYTES;

    // Within a header.
    static final int SEQUENCE = 0;
    static final int STEP = 8;
    static final int SHAPE = 16;
    static final int INLINE = 24;

    private SharedLayout() {}

    static int header(int base, long operation) {
        return base + (int) (operation & 1) * Words.SPACING;
    }

    static int controls(int base, long operation) {
        return base + CONTROLS + (int) (operation & 1) * 8 * MAX_CONTROLS;
    }

    static int slot(int base, long chunk) {
        return base + SLOTS + (int) (chunk & 1) * SLOT_BYTES;
    }
}
