package rubato.raft;

import io.microraft.model.log.LogEntry;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import rubato.error.RubatoException;

/** What the records of a journal add up to. */
final class JournalState {
    private JournalRecord.Group group;
    private boolean named;
    private JournalRecord.@Nullable Term term;
    private JournalRecord.@Nullable Snapshot snapshot;
    private final ArrayDeque<JournalRecord.Logged> entries = new ArrayDeque<>();

    JournalState(JournalRecord.Group group) {
        this.group = group;
    }

    void apply(JournalRecord record) {
        if (record instanceof JournalRecord.Group found) {
            group = found;
            named = true;
        } else if (record instanceof JournalRecord.Term newer) term = newer;
        else if (record instanceof JournalRecord.Logged entry) entries.add(entry);
        else if (record instanceof JournalRecord.Cut cut) cut(cut.from());
        else if (record instanceof JournalRecord.Snapshot newer) take(newer);
    }

    /** Entries that contradict a snapshot are of a leader that was not followed, and so are all after them. */
    private void take(JournalRecord.Snapshot newer) {
        if (contradicts(newer)) entries.clear();
        snapshot = newer;
    }

    /** Whether an entry of another Raft term is where a snapshot ends. */
    boolean contradicts(JournalRecord.Snapshot newer) {
        int here = termOf(newer.index());
        return here != 0 && here != newer.term();
    }

    private void cut(long from) {
        while (!entries.isEmpty() && entries.getLast().index() >= from) entries.removeLast();
    }

    void requireGroup(JournalRecord.Group wanted, Path file) {
        if (!named || group.equals(wanted)) return;
        throw RubatoException.failed(file + " belongs to coordinator " + group.self() + " of " + group.members()
                        + " in run " + group.run() + ", not to " + wanted.self() + " of " + wanted.members()
                        + " in run " + wanted.run())
                .remedy("start each coordinator with the id and the run its directory was made for");
    }

    /** Drops entries that are in the snapshot, but the two before its end. */
    void forgetUntil(long index) {
        JournalRecord.Snapshot kept = snapshot;
        if (kept == null) throw new IllegalStateException("entries are forgotten only after a snapshot");
        boolean whole = termOf(kept.index()) != 0 && termOf(kept.index() - 1) != 0;
        long last = whole ? Math.min(index, kept.index() - 2) : Math.max(index, kept.index());
        while (!entries.isEmpty() && entries.getFirst().index() <= last) entries.removeFirst();
    }

    /** Raft term of an entry, 0 if it is not here. */
    int termOf(long index) {
        if (entries.isEmpty() || index < entries.getFirst().index()) return 0;
        for (Iterator<JournalRecord.Logged> newest = entries.descendingIterator(); newest.hasNext(); ) {
            JournalRecord.Logged entry = newest.next();
            if (entry.index() == index) return entry.term();
            if (entry.index() < index) return 0;
        }
        return 0;
    }

    /** Whether the snapshot can be shown as it was one entry earlier. */
    boolean canStepBack() {
        JournalRecord.Snapshot kept = snapshot;
        return kept != null
                && kept.index() > 1
                && kept.termBefore() > 0
                && !kept.state().before().isEmpty()
                && termOf(kept.index()) != 0;
    }

    JournalRecord.Group group() {
        return group;
    }

    JournalRecord.@Nullable Term term() {
        return term;
    }

    JournalRecord.@Nullable Snapshot snapshot() {
        return snapshot;
    }

    List<LogEntry> entries() {
        Models models = new Models(group.members());
        List<LogEntry> list = new ArrayList<>();
        for (JournalRecord.Logged entry : entries)
            list.add(models.entry(entry.index(), entry.term(), entry.operation()));
        return list;
    }

    /** The shortest journal that says the same. */
    List<JournalRecord> records() {
        List<JournalRecord> records = new ArrayList<>();
        records.add(group);
        if (term != null) records.add(term);
        if (snapshot != null) records.add(snapshot);
        records.addAll(entries);
        return records;
    }
}
