package rubato.ledger;

import java.util.ArrayList;
import java.util.List;
import rubato.history.Entry;

/** A whole ledger in memory: its entries and what reading it showed. */
public record LedgerImage(List<Positioned> entries, LedgerScan scan) {
    public LedgerImage {
        entries = List.copyOf(entries);
    }

    /** Checkpoints registered and not undone by a rollback, oldest first. */
    public List<Entry.Checkpoint> checkpoints() {
        List<Entry.Checkpoint> registered = new ArrayList<>();
        for (Positioned at : entries) {
            if (at.entry() instanceof Entry.Checkpoint checkpoint) registered.add(checkpoint);
            if (at.entry() instanceof Entry.Rollback rollback)
                registered.removeIf(checkpoint -> checkpoint.step() > rollback.toStep());
        }
        return List.copyOf(registered);
    }

    public boolean finished() {
        return !entries.isEmpty() && entries.get(entries.size() - 1).entry() instanceof Entry.Finished;
    }
}
