package rubato.cli;

import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import rubato.runtime.Export;

/** {@code rubato export}: a run's weights as one safetensors file. */
@Command(
        name = "export",
        description = "Write a run's weights as one safetensors file, from its newest good checkpoint.")
final class ExportCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(index = "0", paramLabel = "DIR", description = "Run directory.")
    private Path run = Path.of("");

    @Parameters(index = "1", paramLabel = "FILE", description = "File to write; one that is there is replaced.")
    private Path file = Path.of("");

    @Option(names = "--step", paramLabel = "N", description = "The checkpoint of this very step.")
    private @Nullable Long step;

    ExportCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        OptionalLong wanted = step == null ? OptionalLong.empty() : OptionalLong.of(step);
        long written = Export.weights(run, wanted, file, console.err()::println);
        console.print("weights of step " + written + " in " + file);
        return 0;
    }
}
