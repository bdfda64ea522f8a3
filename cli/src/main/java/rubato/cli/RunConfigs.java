package rubato.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import rubato.config.RunConfig;
import rubato.runtime.RunDirectory;

/** The configuration a run directory holds. */
final class RunConfigs {
    private RunConfigs() {}

    static Path file(Path run) {
        return RunDirectory.existing(run, "config.conf").config();
    }

    static RunConfig of(Path run) {
        return RunConfig.load(Optional.of(file(run)), List.of());
    }
}
