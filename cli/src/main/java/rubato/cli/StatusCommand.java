package rubato.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import rubato.observe.StatusText;
import rubato.protocol.RunStatus;
import rubato.runtime.Operator;

/** {@code rubato status}: how a run is right now. */
@Command(name = "status", description = "Show how a run is: step, generation, workers, coordinators.")
final class StatusCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "DIR", description = "Run directory.")
    private Path run = Path.of("");

    @Option(names = "--json", description = "Print it as JSON.")
    private boolean json;

    StatusCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        RunStatus status = new Operator(run).status();
        console.print((json ? StatusText.json(status) : StatusText.of(status)).stripTrailing());
        return 0;
    }
}
