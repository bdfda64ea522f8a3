package rubato.ledger;

import java.util.List;
import rubato.history.Entry;

/** An append-only sequence of entries. One writer; entries of one call are adjacent and become durable together. */
public interface Ledger extends AutoCloseable {
    /**
     * Queues entries; returns at once.
     *
     * @param durable run on the ledger's own thread once all of them are on disk, in order of calls; keep it short
     * @return index of the first of them
     */
    long append(List<Entry> entries, Runnable durable);

    /** Told once, on the ledger's thread, if writing fails; nothing is written afterwards. */
    void onFailure(java.util.function.Consumer<rubato.error.RubatoException> listener);

    /** Waits for everything queued to be durable, then closes. */
    @Override
    void close();
}
