package rubato.raft;

import java.util.List;
import rubato.ledger.LedgerCopy;

/** What a replica keeps of Raft on disk. Order of the permitted records is part of the format: append new ones at the end. */
sealed interface JournalRecord {
    /** Whose journal it is, of which run, and who else is in the group. */
    record Group(String run, int self, List<Integer> members) implements JournalRecord {}

    /** The newest term seen and the vote given in it, -1 if none. */
    record Term(int term, int vote) implements JournalRecord {}

    record Logged(long index, int term, LogOp operation) implements JournalRecord {}

    /** Entries from this index on never became part of the log. */
    record Cut(long from) implements JournalRecord {}

    /**
     * A snapshot is whole.
     *
     * @param termBefore Raft term of the entry before its index, 0 if not known
     * @param pieces the ledger's files it stands on
     */
    record Snapshot(long index, int term, int termBefore, LogState.At state, List<LedgerCopy.Piece> pieces)
            implements JournalRecord {}
}
