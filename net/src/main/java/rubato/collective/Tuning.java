package rubato.collective;

import rubato.net.TransportChoice;

/**
 * Sizes that change speed and no result.
 *
 * @param chunkBytes most payload of a frame: smaller overlaps sooner, larger costs fewer calls
 * @param localChunkBytes the same over Unix-domain sockets, which have no segments to fill
 * @param inboxBytes what a peer may be ahead by
 * @param flatBytes vectors are exchanged whole while all copies together are no larger
 * @param spinNanos how long a thread with nothing to do looks again before it sleeps; longer than waking up takes, or all ranks
 *     sleep in turns
 * @param yieldNanos the same where ranks outnumber cores, and it gives its core away before each look
 */
record Tuning(int chunkBytes, int localChunkBytes, int inboxBytes, int flatBytes, long spinNanos, long yieldNanos) {
    static final Tuning DEFAULT = new Tuning(65_024, 130_560, 512 << 10, 16 << 10, 300_000, 200_000);

    Tuning {
        if (chunkBytes < 8) throw new IllegalArgumentException("chunkBytes must be >= 8, was " + chunkBytes);
        if (localChunkBytes < chunkBytes)
            throw new IllegalArgumentException("localChunkBytes must be >= chunkBytes, was " + localChunkBytes);
        if (inboxBytes < localChunkBytes)
            throw new IllegalArgumentException("inboxBytes must be >= localChunkBytes, was " + inboxBytes);
    }

    /** One size for every carrier. */
    Tuning(int chunkBytes, int inboxBytes, int flatBytes, long spinNanos, long yieldNanos) {
        this(chunkBytes, chunkBytes, inboxBytes, flatBytes, spinNanos, yieldNanos);
    }

    /** Most payload of a frame over a carrier. */
    int chunkBytes(TransportChoice carrier) {
        return carrier == TransportChoice.UNIX ? localChunkBytes : chunkBytes;
    }

    int frameCapacity() {
        return Frame.HEAD + Frame.padded(Announcement.bytes(Announcement.MAX_CONTROLS) + localChunkBytes) + 8;
    }
}
