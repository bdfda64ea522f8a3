package rubato.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import rubato.config.RunConfig;
import rubato.data.DataHome;
import rubato.error.RubatoException;
import rubato.event.Listener;
import rubato.observe.EventLog;
import rubato.observe.LiveLine;
import rubato.observe.Report;
import rubato.observe.SummaryFile;
import rubato.runtime.Interrupts;
import rubato.runtime.SystemClock;
import rubato.runtime.Training;

/** {@code rubato train}: starts a coordinator and workers, trains, prints the result. */
@Command(name = "train", description = "Train a model; without -c the quick start on Fashion-MNIST.")
final class TrainCommand implements Callable<Integer> {
    private final Console console;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ConfigOptions config = new ConfigOptions();

    @Option(names = "--run-dir", paramLabel = "DIR", description = "Directory of this run; must not exist or be empty.")
    private @Nullable Path runDir;

    @Option(
            names = "--resume",
            paramLabel = "DIR",
            description = "Go on with the run in this directory from its last checkpoint.")
    private @Nullable Path resume;

    @Option(names = "--json", description = "Print the summary as JSON, and nothing else, on standard output.")
    private boolean json;

    /** Exit code of the signal that came, 0 while none has; written by the signal's thread. */
    private volatile int signalled;

    TrainCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (runDir != null && resume != null) {
            throw new ParameterException(spec.commandLine(), "--run-dir and --resume exclude each other");
        }
        RunConfig loaded = resume == null ? config.load() : config.loadOver(RunConfigs.file(resume));
        Path home = DataHome.directory();
        WorkerJvm jvm = WorkerJvm.of(loaded, home, console.err()::println);
        Training training = new Training(
                loaded,
                new Training.Options(
                        Optional.ofNullable(resume != null ? resume : runDir),
                        resume != null,
                        jvm.command(),
                        jvm.environment(),
                        home,
                        Version.software(),
                        console.err()::println),
                new SystemClock());
        Interrupts.handle(
                code -> {
                    signalled = code;
                    training.interrupt();
                },
                code -> {
                    training.kill();
                    Runtime.getRuntime().halt(code);
                });
        return finish(
                run(training, loaded.coordinators().insideLauncher()),
                loaded.coordinators().insideLauncher());
    }

    private Training.Result run(Training training, boolean keepsRecords) {
        LiveListeners live = new LiveListeners(keepsRecords);
        try (live) {
            return training.run(live::open);
        }
    }

    /** The live line of a run and, where the coordinator is in this process, the event log; closed with it. */
    private final class LiveListeners implements AutoCloseable {
        private final boolean keepsRecords;
        private @Nullable EventLog events;
        private @Nullable LiveLine line;

        LiveListeners(boolean keepsRecords) {
            this.keepsRecords = keepsRecords;
        }

        List<Listener> open(Path directory) {
            line = new LiveLine(console.live(json), new SystemClock(), directory.toString());
            if (!keepsRecords) return List.of(line);
            events = new EventLog(directory.resolve("events.jsonl"), console.err()::println);
            return List.of(events, line);
        }

        @Override
        public void close() {
            if (line != null) line.close();
            if (events != null) events.close();
        }
    }

    private int finish(Training.Result result, boolean keepsRecords) {
        if (keepsRecords) {
            SummaryFile.write(result.directory(), result.summary());
            Report.write(result.directory());
        }
        if (json) console.print(SummaryFile.text(result.summary()));
        if (signalled != 0) return signalled;
        if (result.exitCode() == 0) return 0;
        String hint = "Logs are in " + result.directory().resolve("logs")
                + "; go on from the last checkpoint with: rubato train --resume " + result.directory();
        throw switch (result.exitCode()) {
            case 2 -> RubatoException.usage(result.reason());
            case 3 -> RubatoException.lost(result.reason()).remedy(hint);
            case 4 ->
                RubatoException.diverged(result.reason())
                        .remedy("Lower optimizer.learning-rate, or set optimizer.clip-norm.");
            default -> RubatoException.failed(result.reason()).remedy(hint);
        };
    }
}
