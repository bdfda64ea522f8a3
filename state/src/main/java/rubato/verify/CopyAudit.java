package rubato.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import rubato.disk.Disk;
import rubato.disk.DiskErrors;
import rubato.ledger.LedgerReader;
import rubato.ledger.LedgerScan;

/**
 * Holds the ledger copies of a run with several coordinators against the ledger that was verified. A copy may end earlier or
 * later, because its coordinator was killed or is behind; as far as both go they must be the same.
 */
final class CopyAudit {
    static final String COORDINATORS = "coordinators";

    private final Path run;
    private final Disk disk;
    private final Violations violations;

    CopyAudit(Path run, Disk disk, Violations violations) {
        this.run = run;
        this.disk = disk;
        this.violations = violations;
    }

    void check(Path ledger, LedgerScan verified) {
        try {
            List<Path> coordinators = disk.list(run.resolve(COORDINATORS));
            long[] links = coordinators.isEmpty() ? new long[0] : links(ledger).toArray();
            for (Path coordinator : coordinators) {
                Path copy = coordinator.resolve(Verifier.LEDGER);
                if (disk.isDirectory(copy)) compare(copy, verified, links);
            }
        } catch (IOException e) {
            violations.add(run.resolve(COORDINATORS) + ": " + DiskErrors.reason(e));
        }
    }

    private LongStream links(Path ledger) {
        LongStream.Builder links = LongStream.builder();
        LedgerReader.scan(ledger, disk, at -> links.add(at.link()));
        return links.build();
    }

    private void compare(Path copy, LedgerScan verified, long[] links) {
        boolean[] parted = new boolean[1];
        LedgerScan scan = LedgerReader.scan(copy, disk, at -> {
            if (parted[0] || at.index() >= links.length || at.link() == links[(int) at.index()]) return;
            parted[0] = true;
            violations.add(copy + ": " + at + " disagrees with the ledger verified, " + run.resolve(Verifier.LEDGER));
        });
        if (!parted[0] && !isVerifiedItself(scan, verified)) violations.addAll(scan.problems());
    }

    /** The ledger verified is a link to one of the copies, whose problems are known by then. */
    private static boolean isVerifiedItself(LedgerScan copy, LedgerScan verified) {
        return copy.link().equals(verified.link())
                && copy.problems().size() == verified.problems().size();
    }
}
