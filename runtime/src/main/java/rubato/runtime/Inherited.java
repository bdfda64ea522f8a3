package rubato.runtime;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import rubato.config.RunConfig;
import rubato.data.Split;
import rubato.disk.RealDisk;
import rubato.error.RubatoException;
import rubato.history.Entry;
import rubato.ledger.LedgerImage;
import rubato.ledger.LedgerReader;
import rubato.ledger.Positioned;
import rubato.protocol.Accounts;
import rubato.world.World;

/** What a start needs of the past, made from a ledger's first entry to its last. Whoever holds it may change it, so it has one owner. */
final class Inherited {
    private final RunConfig config;
    private final Split data;
    private final Accounts accounts;
    private @Nullable World last;
    private long count;
    private boolean finished;

    private Inherited(RunConfig config, Split data) {
        this.config = config;
        this.data = data;
        this.accounts = new Accounts(Setup.rhythm(config, data).data(), Setup.plan(config), Integer.MAX_VALUE);
    }

    /** @throws RubatoException if the run was begun with other data than it is to go on with */
    static Inherited of(LedgerImage image, RunConfig config, Split data) {
        Inherited past = new Inherited(config, data);
        for (Positioned at : image.entries()) past.add(at.entry());
        return past.settled();
    }

    /**
     * As far as a ledger's files can be trusted; they may grow meanwhile.
     *
     * @throws RubatoException if the run was begun with other data than it is to go on with
     */
    static Inherited read(Path ledger, RunConfig config, Split data) {
        Inherited past = new Inherited(config, data);
        LedgerReader.scan(ledger, new RealDisk(), at -> past.add(at.entry()));
        return past.settled();
    }

    /** All steps are at hand up to here; later checkpoints let go of steps as they do in a run that was never interrupted. */
    private Inherited settled() {
        accounts.keep(config.checkpoint().keep());
        return this;
    }

    /** Whether adding an entry leads to the same as reading all of them; not so where history goes back to what was let go. */
    boolean covers(Entry entry) {
        return accounts.covers(entry);
    }

    void add(Entry entry) {
        if (count == 0) requireSame(entry);
        accounts.add(entry);
        if (entry instanceof Entry.Activate activate) last = activate.world();
        finished = entry instanceof Entry.Finished;
        count++;
    }

    private void requireSame(Entry first) {
        if (!(first instanceof Entry.Begin begin))
            throw RubatoException.failed("the ledger does not start with a beginning");
        if (!begin.dataFingerprint().equals(data.fingerprint())) {
            throw RubatoException.failed("the data changed since the run began: fingerprint " + data.fingerprint()
                    + ", was " + begin.dataFingerprint());
        }
        if (!begin.data().equals(Setup.rhythm(config, data).data())) {
            throw RubatoException.usage(
                    "seed, shuffling and the last batch cannot change when a run is resumed: " + begin.data());
        }
    }

    Accounts accounts() {
        return accounts;
    }

    /** The world activated last, null before the first. */
    @Nullable
    World last() {
        return last;
    }

    /** How many entries. */
    long count() {
        return count;
    }

    /** Whether the last entry ends the run. */
    boolean finished() {
        return finished;
    }
}
