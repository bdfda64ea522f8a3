package rubato.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import rubato.observe.RunView;
import rubato.runtime.RunDirectory;

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
        RunDirectory.existing(run, "events.jsonl");
        RunView view = RunView.of(run);
        console.print((json ? view.json() : view.text()).stripTrailing());
        return 0;
    }
}
