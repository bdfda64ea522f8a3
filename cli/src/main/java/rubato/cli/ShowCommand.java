package rubato.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import rubato.error.RubatoException;
import rubato.observe.RunView;

/** {@code rubato show}: one run with its evaluations, decisions and workers. */
@Command(name = "show", description = "Show a run: result, evaluations, decisions, workers.")
final class ShowCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "DIR", description = "Run directory.")
    private Path run = Path.of("");

    @Option(names = "--json", description = "Print it as JSON.")
    private boolean json;

    ShowCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (!Files.isRegularFile(run.resolve("events.jsonl"))) {
            throw RubatoException.failed(run + " is not a run directory: it has no events.jsonl");
        }
        RunView view = RunView.of(run);
        console.print((json ? view.json() : view.text()).stripTrailing());
        return 0;
    }
}
