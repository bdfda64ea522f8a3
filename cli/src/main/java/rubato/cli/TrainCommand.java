package rubato.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import rubato.config.RunConfig;
import rubato.error.RubatoException;

/** {@code rubato train}: starts a coordinator and workers, trains, prints the result. */
@Command(name = "train", description = "Train a model; without -c the quick start on Fashion-MNIST.")
final class TrainCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private ConfigOptions config = new ConfigOptions();

    @Option(names = "--run-dir", paramLabel = "DIR", description = "Directory of this run; must not exist or be empty.")
    private @Nullable Path runDir;

    @Option(names = "--resume", paramLabel = "DIR", description = "Go on with the run in this directory from its last checkpoint.")
    private @Nullable Path resume;

    @Option(names = "--json", description = "Print the summary as JSON, and nothing else, on standard output.")
    private boolean json;

    TrainCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        RunConfig loaded = config.load();
        return train(loaded, Optional.ofNullable(runDir), Optional.ofNullable(resume));
    }

    private int train(RunConfig loaded, Optional<Path> directory, Optional<Path> resumed) {
        console.err().println("data " + loaded.data().name() + ", json " + json + " " + directory + resumed);
        throw RubatoException.failed("training is not part of this build");
    }
}
