package rubato.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import rubato.disk.Disk;
import rubato.error.RubatoException;
import rubato.history.Entry;

/** Finds where the sound part of a replica's ledger files ends. */
final class CopyEnd {
    private static final int MAX_SEGMENT = 1 << 30;

    private CopyEnd() {}

    static LedgerHead find(Path directory, Disk disk, String runId) throws IOException {
        @Nullable Positioned[] last = new Positioned[1];
        LedgerScan scan = LedgerReader.scan(directory, disk, at -> last[0] = at);
        if (!scan.problems().isEmpty())
            throw RubatoException.failed("ledger " + directory + " is damaged: "
                            + scan.problems().get(0))
                    .remedy("move this replica's directory away; it is filled again from the others");
        Positioned entry = last[0];
        if (entry == null) return LedgerHead.START;
        if (!scan.runId().equals(runId))
            throw RubatoException.failed(
                    "ledger " + directory + " belongs to run " + scan.runId() + ", not to " + runId);
        return head(entry, disk, scan);
    }

    private static LedgerHead head(Positioned last, Disk disk, LedgerScan scan) throws IOException {
        ByteBuffer bytes = disk.readAll(last.file(), MAX_SEGMENT);
        RecordFrame record = RecordFrame.at(bytes, (int) last.offset());
        if (record == null) throw new IOException(last + " cannot be read a second time");
        return new LedgerHead(
                SegmentName.number(last.file().getFileName().toString()),
                last.offset() + record.size(),
                scan.count(),
                record.batchStart(),
                record.link(),
                last.entry() instanceof Entry.Finished);
    }
}
