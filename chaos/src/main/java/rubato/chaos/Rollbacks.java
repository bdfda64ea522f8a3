package rubato.chaos;

import java.nio.file.Path;
import rubato.disk.RealDisk;
import rubato.history.Entry;
import rubato.ledger.LedgerReader;
import rubato.ledger.Positioned;

/** Committed steps that a run gave up, from its ledger. */
final class Rollbacks {
    private Rollbacks() {}

    static long stepsLost(Path run) {
        long lost = 0;
        long committed = 0;
        for (Positioned at :
                LedgerReader.read(run.resolve("ledger"), new RealDisk()).entries()) {
            if (at.entry() instanceof Entry.Commit commit) committed = commit.step();
            if (at.entry() instanceof Entry.Activate activate)
                committed = activate.base().step();
            if (at.entry() instanceof Entry.Rollback rollback) lost += committed - rollback.toStep();
        }
        return lost;
    }
}
