package rubato.ledger;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import rubato.disk.Disk;
import rubato.disk.DiskErrors;
import rubato.error.RubatoException;

/**
 * A ledger's files, open for writing.
 *
 * @param image everything in it before; null if it is new
 * @param warnings what had to be put right, one line each
 */
record OpenLedger(
        SegmentWriter writer, LedgerQueue queue, @Nullable LedgerImage image, List<String> warnings) {
    /** Begins a ledger in an empty or missing directory. */
    static OpenLedger create(Path directory, Disk disk, String runId, long segmentBytes) {
        try {
            disk.createDirectories(directory);
            if (!disk.list(directory).isEmpty())
                throw RubatoException.usage("ledger " + directory + " already holds a run")
                        .remedy("choose another run directory, or continue the run with --resume");
            SegmentWriter writer = SegmentWriter.fresh(directory, disk, runId, segmentBytes);
            return new OpenLedger(writer, new LedgerQueue(0, false), null, List.of());
        } catch (IOException e) {
            throw DiskErrors.failed("create ledger", directory, e);
        }
    }

    /** Opens the ledger of an earlier run; anything wrong before its torn tail is a failure. */
    static OpenLedger resume(Path directory, Disk disk, long segmentBytes) {
        LedgerImage image = LedgerReader.read(directory, disk);
        LedgerScan scan = image.scan();
        if (!scan.problems().isEmpty())
            throw RubatoException.failed(
                            "ledger cannot be continued: " + scan.problems().get(0))
                    .remedy("`rubato verify` lists what is wrong; restore the run directory from a copy");
        if (scan.tornBytes() > 0) readAgain(directory, disk, scan);
        if (scan.lastSegment() == null || scan.count() == 0)
            throw RubatoException.failed("ledger " + directory + " holds no run to continue");
        try {
            SegmentWriter writer = SegmentWriter.after(scan, directory, disk, segmentBytes);
            return new OpenLedger(writer, new LedgerQueue(scan.count(), image.finished()), image, warnings(scan));
        } catch (IOException e) {
            throw DiskErrors.failed("open ledger", directory, e);
        }
    }

    /** A tail is cut off only if it is torn whenever it is read: a bit flipped on the way from the disk is none. */
    private static void readAgain(Path directory, Disk disk, LedgerScan first) {
        LedgerScan second = LedgerReader.scan(directory, disk, at -> {});
        if (!second.equals(first))
            throw RubatoException.failed(
                            "ledger " + directory + " cannot be continued: read twice it was not the same, "
                                    + first.count() + " entries and then " + second.count())
                    .remedy("check the disk and its cables, then continue the run with --resume");
    }

    private static List<String> warnings(LedgerScan scan) {
        List<String> warnings = new ArrayList<>();
        if (scan.tornBytes() > 0)
            warnings.add("ledger " + scan.lastSegment() + ": cut off " + scan.tornBytes()
                    + " bytes of an interrupted write after entry " + (scan.count() - 1)
                    + "; nothing acknowledged is lost");
        if (scan.tail() == Tail.UNMARKED)
            warnings.add("ledger " + scan.lastSegment() + ": the finished run had no closing mark; written now");
        return warnings;
    }

    LedgerImage earlier() {
        if (image == null) throw new IllegalStateException("a new ledger holds nothing");
        return image;
    }
}
