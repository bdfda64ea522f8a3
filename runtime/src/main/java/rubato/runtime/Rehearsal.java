package rubato.runtime;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import rubato.config.RunConfig;
import rubato.data.Split;
import rubato.ledger.LedgerReader;
import rubato.ledger.Positioned;
import rubato.protocol.Accounts;

/**
 * What a coordinator does first when it begins to lead, done by one that does not: its classes are loaded and its loops compiled by
 * the time they are needed. Changes nothing; what it reads may end in the middle of an entry.
 */
final class Rehearsal {
    private static final int TIMES = 5;
    /** Many entries teach the compiler no more than some. */
    private static final long ENTRIES = 20_000;

    private final RunConfig config;
    private final Split data;
    private final Path ledger;
    private final AtomicBoolean begun = new AtomicBoolean();

    Rehearsal(RunConfig config, Split data, Path ledger) {
        this.config = config;
        this.data = data;
        this.ledger = ledger;
    }

    /** Once, on a thread of its own. */
    void begin() {
        if (begun.getAndSet(true)) return;
        Thread thread = new Thread(this::rehearse, "rubato-rehearsal");
        thread.setDaemon(true);
        thread.setPriority(Thread.MIN_PRIORITY);
        thread.start();
    }

    private void rehearse() {
        for (int time = 0; time < TIMES; time++) {
            Accounts accounts = new Accounts(Setup.rhythm(config, data).data(), Setup.plan(config), Integer.MAX_VALUE);
            LedgerReader.read(ledger).entries().stream()
                    .limit(ENTRIES)
                    .map(Positioned::entry)
                    .forEach(accounts::add);
        }
    }
}
