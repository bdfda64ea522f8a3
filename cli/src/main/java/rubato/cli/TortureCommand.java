package rubato.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import rubato.runtime.Interrupts;
import rubato.sim.Schedule;
import rubato.sim.Torture;

/** {@code rubato torture}: the real protocol under simulated faults; the same seed always prints the same bytes. */
@Command(
        name = "torture",
        description = {
            "Run the protocol under simulated faults drawn from a seed.",
            "Ctrl-C ends it with the sum of what was done so far."
        })
final class TortureCommand implements Callable<Integer> {
    private final Console console;

    @Spec
    private CommandSpec spec;

    @Option(names = "--seed", paramLabel = "N", required = true, description = "64-bit seed everything is drawn from.")
    private long seed;

    @Option(
            names = "--schedules",
            paramLabel = "M",
            description = "How many schedules to run, with seeds derived from N (default: 1).")
    private long schedules = 1;

    @Option(names = "--trace", description = "Print every message, ledger entry and fault of a single schedule.")
    private boolean trace;

    private volatile int signalled;

    TortureCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (schedules < 1)
            throw new ParameterException(spec.commandLine(), "--schedules must be >= 1, was " + schedules);
        if (trace && schedules > 1)
            throw new ParameterException(spec.commandLine(), "--trace shows one schedule, not " + schedules);
        if (trace) return Schedule.run(seed, console.out()::println).ok() ? 0 : 1;
        Torture torture = new Torture(console.out()::println);
        Interrupts.handle(
                code -> {
                    signalled = code;
                    torture.stop();
                },
                code -> Runtime.getRuntime().halt(code));
        Torture.Total total = torture.run(seed, schedules);
        console.out().println(total);
        return total.ok() ? signalled : 1;
    }
}
