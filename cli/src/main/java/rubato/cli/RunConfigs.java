package rubato.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import rubato.config.RunConfig;
import rubato.error.RubatoException;

/** The configuration a run directory holds. */
final class RunConfigs {
    private RunConfigs() {}

    static Path file(Path run) {
        Path file = run.resolve("config.conf");
        if (!Files.isRegularFile(file)) {
            throw RubatoException.failed(run + " is not a run directory: it has no config.conf");
        }
        return file;
    }

    static RunConfig of(Path run) {
        return RunConfig.load(Optional.of(file(run)), List.of());
    }
}
