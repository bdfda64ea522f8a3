package rubato.raft;

import java.util.List;
import rubato.ledger.LedgerCopy;
import rubato.ledger.LedgerHead;

/** Everything the log's state machine knows: where the ledger ends and how many leaderships there were. */
record LogState(LedgerHead ledger, long term) {
    static final LogState START = new LogState(LedgerHead.START, 0);

    /** What a snapshot consists of. Order of the permitted records is part of the format. */
    sealed interface Part {}

    /**
     * The state at the snapshot's index and, if known, at the index before it.
     *
     * @param before empty or one
     */
    record At(LogState now, List<LogState> before) implements Part {}

    /** A part of the ledger's files; its bytes stay on disk until they are sent. */
    record Files(LedgerCopy.Piece piece) implements Part {}
}
