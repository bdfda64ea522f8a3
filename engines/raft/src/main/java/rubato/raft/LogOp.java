package rubato.raft;

import java.util.List;

/** What an entry of the Raft log does. Order of the permitted records is part of the format: append new ones at the end. */
sealed interface LogOp {
    /** A replica was elected: a new term of the replicated log begins when this is applied. The nonce tells its elections apart. */
    record Lead(int replica, long nonce) implements LogOp {}

    /** Adds entries to the ledger if the term is the latest and the ledger ends with this link. */
    record Append(long term, byte[] previous, List<byte[]> entries, boolean finishes) implements LogOp {}
}
