package rubato.log;

import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;
import rubato.error.RubatoException;
import rubato.ledger.LedgerHead;
import rubato.ledger.LedgerImage;

/**
 * A log that a few processes hold together: what a majority has on disk is appended, and one of them at a time may append.
 * Terms count leaderships; an append takes effect only if its term is the latest and the log ends exactly where the
 * leader says, so that nothing a deposed leader sends late is ever added. All callbacks run on the log's own thread.
 */
public interface ReplicatedLog extends AutoCloseable {
    /** What this replica is told about itself. */
    interface Observer {
        /** This replica leads; everything committed before is in its files, and the log ends at {@code head}. */
        void leading(long term, LedgerHead head);

        /** Another replica leads, or none that is known: then there is no quorum, or an election goes on. */
        void following(OptionalInt leader);

        /**
         * These entries, encoded, were added to this replica's files, whoever leads. Some may be told a second time after a start, and
         * where files were received from another replica their entries are not told at all: then {@code first} is beyond what was told.
         *
         * @param first index in the ledger of the first of them, counted from 0
         */
        default void committed(long first, List<byte[]> entries) {}

        /** This replica takes no part any more: its disk failed or its files are damaged. */
        void failed(RubatoException error);
    }

    /** Starts to take part. */
    void start(Observer observer);

    /**
     * Appends encoded entries together; returns at once.
     *
     * @param previous where the log must end; appends not yet answered count as appended
     * @param finishes whether the last of them ends the run
     * @param then told what became of it, in the order of calls
     */
    void append(long term, LedgerHead previous, List<byte[]> entries, boolean finishes, Consumer<Appended> then);

    /**
     * Gives up leading in this term and stands for another; returns at once, does nothing if that term is over. To be called when an
     * append was not committed though nobody else leads. The observer hears that it follows, and within a bound on time that this
     * replica or another leads: whatever the old term had on its way is in the log by then, or never will be.
     */
    void leadAnew(long term);

    /** Where the log ends after an append to {@code head}. Any thread. */
    LedgerHead after(LedgerHead head, List<byte[]> entries, boolean finishes);

    /** Id of this replica. */
    int self();

    /** Ids of all replicas, this one included. */
    List<Integer> members();

    /**
     * Reads everything in this replica's files. To be called by who leads, on any thread: nothing is added before it appends. Takes as
     * long as the ledger is long, so not on the log's thread.
     *
     * @throws rubato.error.RubatoException if the files are damaged, or another leader's entries come in meanwhile
     */
    LedgerImage read();

    @Override
    void close();
}
