package rubato.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import rubato.sim.Schedule;
import rubato.sim.Torture;

/** {@code rubato torture}: the real protocol under simulated faults; the same seed always prints the same bytes. */
@Command(name = "torture", description = "Run the protocol under simulated faults drawn from a seed.")
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
        Torture.Total total = new Torture(console.out()::println).run(seed, schedules);
        console.out().println(total);
        return total.ok() ? 0 : 1;
    }
}
