package rubato.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import rubato.disk.Disk;
import rubato.disk.DiskErrors;
import rubato.disk.DiskFile;

/**
 * The file {@code CLOSED} beside the segments of a finished run: how many entries they hold and the last link of the chain.
 * Without it a ledger cut at a record's edge would look like that of a run still going on.
 */
final class ClosingMark {
    static final String NAME = "CLOSED";
    static final String TEMPORARY = "CLOSED.tmp";
    private static final int MAX = 4096;

    private ClosingMark() {}

    static byte[] content(String runId, long count, String link) {
        String text = "rubato ledger closed, format 1\nrun " + runId + "\nentries " + count + "\nlast " + link + "\n";
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static void write(Disk disk, Path directory, String runId, long count, String link) throws IOException {
        Path temporary = directory.resolve(TEMPORARY);
        disk.delete(temporary);
        try (DiskFile file = disk.create(temporary)) {
            file.write(ByteBuffer.wrap(content(runId, count, link)));
            file.force();
        }
        disk.move(temporary, directory.resolve(NAME));
        disk.forceDirectory(directory);
    }

    static void remove(Disk disk, Path directory) throws IOException {
        disk.delete(directory.resolve(TEMPORARY));
        disk.delete(directory.resolve(NAME));
        disk.forceDirectory(directory);
    }

    /** Why the mark does not fit a ledger; null if it does. */
    static @Nullable String problem(Disk disk, Path mark, String runId, long count, String link) {
        try {
            ByteBuffer found = disk.readAll(mark, MAX);
            if (found.equals(ByteBuffer.wrap(content(runId, count, link)))) return null;
            return mark + ": closing mark does not fit the ledger, which ends after " + count
                    + " entries: its tail was cut or the mark was changed";
        } catch (IOException e) {
            return mark + ": cannot be read: " + DiskErrors.reason(e);
        }
    }
}
