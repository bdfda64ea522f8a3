package rubato.log;

import rubato.ledger.LedgerHead;

/** What became of an append. */
public sealed interface Appended {
    /** A majority holds it on disk; the log ends at this head after it. */
    record Committed(LedgerHead head) implements Appended {}

    /** It is not in the log and never will be: the term is over, or the log ended elsewhere. */
    record Refused(String reason) implements Appended {}

    /**
     * It may or may not be in the log: leadership ended while it was on its way, or the log could not take it. Who leads next, perhaps
     * this replica anew, finds out by reading.
     */
    record Unknown(String reason) implements Appended {}
}
