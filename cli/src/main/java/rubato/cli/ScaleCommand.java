package rubato.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import rubato.runtime.Operator;
import rubato.runtime.SystemClock;

/** {@code rubato scale}: more or fewer workers from now on. */
@Command(name = "scale", description = "Change how many workers a run has.")
final class ScaleCommand implements Callable<Integer> {
    private final Console console;

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "DIR", description = "Run directory.")
    private Path run = Path.of("");

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "N",
            description = "Workers wanted, within workers.min .. workers.max; several are wanted one after another.")
    private List<Integer> workers = new ArrayList<>();

    @Option(
            names = "--every",
            paramLabel = "SECONDS",
            description = "From one number of workers to the next, ${DEFAULT-VALUE} if not given.",
            defaultValue = "1")
    private double every;

    ScaleCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (!(every >= 0 && every <= 86_400))
            throw new ParameterException(spec.commandLine(), "--every must be 0..86400 s, was " + every);
        Operator operator = new Operator(run);
        SystemClock clock = new SystemClock();
        long due = clock.nanos();
        for (int wanted : workers) {
            for (long left = due - clock.nanos(); left > 0; left = due - clock.nanos()) LockSupport.parkNanos(left);
            console.print(operator.scale(wanted));
            due += (long) (every * 1e9);
        }
        return 0;
    }
}
