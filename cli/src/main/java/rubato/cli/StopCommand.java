package rubato.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import rubato.runtime.Operator;

/** {@code rubato stop}: the run ends after a checkpoint and can be resumed. */
@Command(name = "stop", description = "End a run after a checkpoint; it can be resumed.")
final class StopCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "DIR", description = "Run directory.")
    private Path run = Path.of("");

    StopCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        console.print(new Operator(run).stop());
        return 0;
    }
}
