package rubato.cli;

import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import rubato.certs.TlsDirectory;
import rubato.error.RubatoException;

/** {@code rubato certs}: the certificates of a run. */
@Command(name = "certs", description = "Make, show or renew the certificates of a run that trains with net.tls.")
final class CertsCommand implements Callable<Integer> {
    enum Action {
        make,
        show,
        renew
    }

    private final Console console;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "ACTION", description = "${COMPLETION-CANDIDATES}.")
    private Action action = Action.show;

    @Option(names = "--run", paramLabel = "DIR", description = "Run directory; its certificates are in tls/.")
    private @Nullable Path run;

    @Option(names = "--tls-dir", paramLabel = "DIR", description = "The directory of certificates itself.")
    private @Nullable Path directory;

    CertsCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        TlsDirectory tls = directory();
        switch (action) {
            case make -> make(tls);
            case renew -> tls.renew(Instant.now());
            case show -> {}
        }
        console.print(tls.describe().stripTrailing());
        return 0;
    }

    private static void make(TlsDirectory tls) {
        if (tls.exists())
            throw RubatoException.usage(tls + " has certificates already").remedy("rubato certs renew renews them");
        tls.make("run", Instant.now());
    }

    private TlsDirectory directory() {
        if (run != null && directory == null) return TlsDirectory.of(run);
        if (directory != null && run == null) return new TlsDirectory(directory);
        throw new ParameterException(spec.commandLine(), "either --run DIR or --tls-dir DIR");
    }
}
