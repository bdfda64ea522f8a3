package rubato.shm;

/** Where things lie in a group's shared memory. */
public final class SharedLayout {
    /** Bytes of one slot for a slice of a vector. */
    static final int SLOT_BYTES = 512 << 10;

    public static final long BYTES_PER_RANK = 4096 + 2L * SLOT_BYTES;

    private SharedLayout() {}
}
