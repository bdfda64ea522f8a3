package rubato.collective;

/**
 * Sizes that change speed and no result.
 *
 * @param chunkBytes most payload of a frame: smaller overlaps sooner, larger costs fewer calls
 * @param inboxBytes what a peer may be ahead by
 * @param flatBytes vectors are exchanged whole while all copies together are no larger
 * @param spinNanos how long a thread with nothing to do looks again before it sleeps; longer than waking up takes, or all ranks
 *     sleep in turns
 * @param yieldNanos the same where ranks outnumber cores, and it gives its core away before each look
 */
record Tuning(int chunkBytes, int inboxBytes, int flatBytes, long spinNanos, long yieldNanos) {
    static final Tuning DEFAULT = new Tuning(130_560, 512 << 10, 16 << 10, 300_000, 200_000);

    Tuning {
        if (chunkBytes < 8) throw new IllegalArgumentException("chunkBytes must be >= 8, was " + chunkBytes);
        if (inboxBytes < chunkBytes)
            throw new IllegalArgumentException("inboxBytes must be >= chunkBytes, was " + inboxBytes);
    }

    int frameCapacity() {
        return Frame.HEAD + Frame.padded(Announcement.bytes(Announcement.MAX_CONTROLS) + chunkBytes) + 8;
    }
}
