package rubato.verify;

import java.util.Arrays;
import java.util.OptionalLong;

/** The hash of every step of the lineage read so far, eight bytes each. */
final class StepHashes {
    private long first;
    private int size;
    private long[] hashes = new long[1024];

    /** Begins anew with the hash of one step, e.g. the initial state's. */
    void startAt(long step, long hash) {
        first = step;
        size = 0;
        add(hash);
    }

    /** The hash of the step after the last. */
    void add(long hash) {
        if (size == hashes.length) hashes = Arrays.copyOf(hashes, size * 2);
        hashes[size++] = hash;
    }

    void cutAfter(long step) {
        size = (int) Math.max(0, Math.min(size, step - first + 1));
    }

    OptionalLong of(long step) {
        long at = step - first;
        return at >= 0 && at < size ? OptionalLong.of(hashes[(int) at]) : OptionalLong.empty();
    }
}
