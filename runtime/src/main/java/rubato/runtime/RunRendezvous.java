package rubato.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import rubato.config.RunConfig;
import rubato.disk.RealDisk;
import rubato.error.RubatoException;
import rubato.history.Entry;
import rubato.ledger.LedgerReader;

/** A run's directory on this machine names the coordinator, and says whether there will be one. */
public record RunRendezvous(Path run, Consumer<String> tell) implements Rendezvous {
    @Override
    public Endpoint endpoint() {
        RunDirectory.existing(run, "config.conf");
        return Endpoint.read(run);
    }

    @Override
    public Duration patience() {
        try {
            RunConfig config = RunConfig.parse(Files.readString(new RunDirectory(run).config()));
            return config.coordinators().patience();
        } catch (IOException e) {
            return USUAL_PATIENCE;
        }
    }

    @Override
    public void requireUnfinished() {
        RunDirectory.existing(run, "config.conf");
        Last last = new Last();
        LedgerReader.scan(new RunDirectory(run).ledger(), new RealDisk(), at -> last.entry = at.entry());
        if (last.entry instanceof Entry.Finished)
            throw RubatoException.failed("run " + run + " has ended")
                    .remedy("go on with it first: rubato train --resume " + run);
    }

    private static final class Last {
        private @Nullable Entry entry;
    }

    @Override
    public void waiting(String line) {
        tell.accept(line);
    }
}
