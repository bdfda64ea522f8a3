package rubato.ledger;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What reading a ledger showed besides its entries.
 *
 * @param runId as the first segment names it; empty if there is none
 * @param count whole entries that can be trusted
 * @param link hex of the chain after the last of them
 * @param lastSegment the file they end in; null if there is none
 * @param wholeBytes where they end in it
 * @param tornBytes bytes of an interrupted write after them
 * @param tornCrc CRC32C of those bytes: tells one reading of them from another
 * @param problems what is wrong, with file and offset; empty if nothing is
 */
public record LedgerScan(
        String runId,
        long count,
        String link,
        @Nullable Path lastSegment,
        long wholeBytes,
        long tornBytes,
        int tornCrc,
        Tail tail,
        List<String> problems) {
    public LedgerScan {
        problems = List.copyOf(problems);
    }
}
