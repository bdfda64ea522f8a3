package rubato.cli;

import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import rubato.config.RunConfig;

/** The command itself: nothing without a subcommand. */
@Command(
        name = "rubato",
        description = "Trains models data-parallel over many JVM processes and adapts how the batch is synchronized.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        scope = ScopeType.INHERIT,
        subcommands = {
            TrainCommand.class,
            WorkerCommand.class,
            CoordinatorCommand.class,
            StatusCommand.class,
            LeaveCommand.class,
            ScaleCommand.class,
            StopCommand.class,
            VerifyCommand.class,
            TortureCommand.class,
            ShowCommand.class,
            RunsCommand.class,
            ReplayCommand.class,
            ChaosCommand.class,
            MeasureCommand.class,
            BenchCommand.class,
            EvalCommand.class,
            PredictCommand.class,
            ExportCommand.class,
            DataCommand.class,
            CertsCommand.class
        },
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done, whatever stop condition ended it",
            "1:failed: data, disk, network, token; verify found a violation",
            "2:wrong usage or configuration",
            "3:worker or quorum lost",
            "4:diverged",
            "130:interrupted",
            "143:terminated"
        })
final class RubatoCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Option(names = "--debug", description = "Show stack traces of errors.", scope = ScopeType.INHERIT)
    private boolean debug;

    @Option(names = "--warm-up", hidden = true, description = "Load what a start loads, for class data sharing.")
    private boolean warmUp;

    @Override
    public void run() {
        if (warmUp) {
            RunConfig.parse(RunConfig.load(Optional.empty(), List.of()).render());
            return;
        }
        throw new ParameterException(spec.commandLine(), "a command is needed: " + String.join(", ", names()));
    }

    private Iterable<String> names() {
        return spec.subcommands().keySet();
    }

    /** Whether {@code --debug} was given anywhere on the line. */
    static boolean debug(CommandLine command) {
        CommandLine root = command;
        while (root.getParent() != null) root = root.getParent();
        return root.getCommand() instanceof RubatoCommand rubato && rubato.debug;
    }
}
