package rubato.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import rubato.config.RunConfig;

/** {@code -c} and {@code --set}: where a configuration comes from. */
final class ConfigOptions {
    @Option(
            names = {"-c", "--config"},
            paramLabel = "CONFIG",
            description = "Configuration file (HOCON); without it the shipped quick start.")
    private @Nullable Path file;

    @Option(
            names = "--set",
            paramLabel = "key=value",
            description = "Override one key of the configuration; may be repeated, later ones win.")
    private List<String> overrides = new ArrayList<>();

    RunConfig load() {
        return RunConfig.load(Optional.ofNullable(file), overrides);
    }

    /** The same over the configuration of an earlier run. */
    RunConfig loadOver(Path earlier) {
        return RunConfig.load(Optional.of(file != null ? file : earlier), overrides);
    }

    /** The same with defaults of a command below what was given. */
    ConfigOptions over(List<String> defaults) {
        ConfigOptions both = new ConfigOptions();
        both.file = file;
        both.overrides = new ArrayList<>(defaults);
        both.overrides.addAll(overrides);
        return both;
    }

    /** The arguments that say the same to another process. */
    List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        if (file != null) arguments.addAll(List.of("-c", file.toAbsolutePath().toString()));
        for (String override : overrides) arguments.addAll(List.of("--set", override));
        return arguments;
    }

    boolean isFileGiven() {
        return file != null;
    }
}
