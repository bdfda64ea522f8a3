package rubato.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import rubato.runtime.Operator;

/** {@code rubato leave}: a worker leaves after handing over; the others go on. */
@Command(name = "leave", description = "Let a worker leave a run, after handing over.")
final class LeaveCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(index = "0", paramLabel = "DIR", description = "Run directory.")
    private Path run = Path.of("");

    @Parameters(index = "1", paramLabel = "WORKER", description = "Name of the worker, as status shows it.")
    private String worker = "";

    LeaveCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        console.print(new Operator(run).leave(worker));
        return 0;
    }
}
