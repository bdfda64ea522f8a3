package rubato.ledger;

/** How a ledger ends. */
public enum Tail {
    /** The run is not finished; the last record is whole. */
    OPEN,
    /** The run is not finished; after the last whole record lie bytes of an interrupted write, never acknowledged. */
    TORN,
    /** The last entry says finished but the closing mark is missing: removed, or a crash in the very last moment. */
    UNMARKED,
    /** Finished, and the closing mark fits. */
    CLOSED
}
