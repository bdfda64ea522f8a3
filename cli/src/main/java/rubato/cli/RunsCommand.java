package rubato.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import rubato.observe.RunIndex;

/** {@code rubato runs}: the runs of a directory. */
@Command(name = "runs", description = "List the runs of a directory.")
final class RunsCommand implements Callable<Integer> {
    private final Console console;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = "runs",
            description = "Directory of runs (default: runs).")
    private Path directory = Path.of("runs");

    @Option(names = "--json", description = "Print them as JSON.")
    private boolean json;

    RunsCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        RunIndex index = RunIndex.list(directory);
        console.print((json ? index.json() : index.text()).stripTrailing());
        return 0;
    }
}
