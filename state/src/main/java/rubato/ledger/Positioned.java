package rubato.ledger;

import java.nio.file.Path;
import rubato.history.Entry;

/** An entry and where it stands: file, byte offset in it, index in the ledger counted from 0. */
public record Positioned(Path file, long offset, long index, Entry entry) {
    @Override
    public String toString() {
        return file.getFileName() + " offset " + offset + " entry " + index + " ("
                + entry.getClass().getSimpleName() + ")";
    }
}
