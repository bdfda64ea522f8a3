package rubato.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code rubato bench}: how fast a part of it is on this machine. */
@Command(
        name = "bench",
        description = "Measure how fast a part is on this machine.",
        subcommands = AllReduceCommand.class)
final class BenchCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to measure: allreduce");
    }
}
