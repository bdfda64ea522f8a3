package rubato.ledger;

import java.nio.file.Path;
import rubato.history.Entry;

/**
 * An entry and where it stands: file, byte offset in it, index in the ledger counted from 0.
 *
 * @param link first eight bytes of the chain after it: they tell whether two ledgers are the same up to here
 */
public record Positioned(Path file, long offset, long index, Entry entry, long link) {
    @Override
    public String toString() {
        return file.getFileName() + " offset " + offset + " entry " + index + " ("
                + entry.getClass().getSimpleName() + ")";
    }
}
