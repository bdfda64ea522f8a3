package rubato.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import rubato.runtime.Operator;

/** {@code rubato scale}: more or fewer workers from now on. */
@Command(name = "scale", description = "Change how many workers a run has.")
final class ScaleCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(index = "0", paramLabel = "DIR", description = "Run directory.")
    private Path run = Path.of("");

    @Parameters(index = "1", paramLabel = "N", description = "Workers wanted, within workers.min .. workers.max.")
    private int workers;

    ScaleCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        console.print(new Operator(run).scale(workers));
        return 0;
    }
}
