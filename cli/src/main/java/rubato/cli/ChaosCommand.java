package rubato.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import rubato.chaos.Chaos;
import rubato.chaos.Outcome;
import rubato.chaos.Room;
import rubato.config.RunConfig;
import rubato.data.DataHome;
import rubato.runtime.SystemClock;

/** {@code rubato chaos}: trains, harms the run in every way it knows, and shows what was kept. */
@Command(
        name = "chaos",
        description =
                "Train in real processes under faults (kills, pauses, joins, leaves, cut links ..), then verify everything.")
final class ChaosCommand implements Callable<Integer> {
    /** A job without end whose throughput does not change by itself. */
    private static final List<String> STEADY = List.of(
            "run.name=chaos",
            "batch.policy=fixed",
            "batch.initial=256",
            "batch.lr-rule=none",
            "optimizer.schedule.kind=constant",
            "workers.count=3",
            "workers.standby=2",
            "checkpoint.every-steps=1000",
            "stop.epochs=null",
            "stop.max-seconds=null",
            "stop.target-accuracy=null");

    private final Console console;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ConfigOptions config = new ConfigOptions();

    @Option(names = "--run-dir", paramLabel = "DIR", description = "Directory of the run; must not exist or be empty.")
    private @Nullable Path runDir;

    @Option(names = "--minutes", paramLabel = "M", description = "Do faults for so long; 2 if --faults is not given.")
    private double minutes;

    @Option(names = "--faults", paramLabel = "N", description = "Do so many faults.")
    private int faults;

    @Option(names = "--only", paramLabel = "KIND", split = ",", description = "Only these kinds of faults.")
    private List<String> only = new ArrayList<>();

    @Option(
            names = "--every",
            paramLabel = "SECONDS",
            description = "Mean time from one recovery to the next fault.",
            defaultValue = "1.5")
    private double every;

    @Option(
            names = "--calm",
            paramLabel = "SECONDS",
            description = "Length of the stretch without faults before.",
            defaultValue = "15")
    private double calm;

    @Option(
            names = "--apart",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description =
                    "Keep the coordinator in a process of its own, and harm that too; ${DEFAULT-VALUE} if not given.")
    private boolean apart = true;

    @Option(
            names = "--namespace",
            description =
                    "In namespaces of its own (root on Linux): also packets dropped by the kernel, and a full and a slow disk.")
    private boolean namespace;

    @Option(names = "--seed", paramLabel = "S", description = "Of the faults and their times; printed in any case.")
    private @Nullable Long seed;

    @Option(names = "--json", description = "Print the result as JSON, and nothing else, on standard output.")
    private boolean json;

    ChaosCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (minutes < 0 || faults < 0 || every < 0 || calm < 1)
            throw new ParameterException(
                    spec.commandLine(), "--minutes, --faults and --every must be >= 0, --calm >= 1");
        for (String kind : only) {
            if (!Chaos.kinds().contains(kind))
                throw new ParameterException(
                        spec.commandLine(),
                        "'" + kind + "' is no fault, known are: " + String.join(", ", Chaos.kinds()));
        }
        if (namespace && !Room.isHere()) {
            List<String> again = new ArrayList<>(rubato());
            again.addAll(spec.root().commandLine().getParseResult().originalArgs());
            return Room.run(again);
        }
        List<String> steady = config.isFileGiven() ? List.of() : STEADY;
        RunConfig loaded = config.over(steady).load();
        SystemClock clock = new SystemClock();
        Outcome outcome = new Chaos(options(loaded, steady, clock), clock, console.err()::println).run();
        if (json) console.print(outcome.toJson());
        else console.print(outcome.toText().stripTrailing());
        return outcome.ok() ? 0 : 1;
    }

    private Chaos.Options options(RunConfig loaded, List<String> steady, SystemClock clock) {
        WorkerJvm worker =
                WorkerJvm.of(loaded, DataHome.directory(), line -> console.err().println(line));
        return new Chaos.Options(
                rubato(),
                worker.command(),
                config.over(steady).arguments(),
                worker.environment(),
                directory(loaded, clock),
                loaded.workers().count(),
                only,
                apart,
                seed != null ? seed : clock.epochMillis(),
                faults > 0 ? faults : Integer.MAX_VALUE,
                millis(),
                Math.round(calm * 1000),
                Math.round(every * 1000));
    }

    private long millis() {
        if (minutes > 0) return Math.round(minutes * 60_000);
        return faults > 0 ? Long.MAX_VALUE : 120_000;
    }

    private Path directory(RunConfig loaded, SystemClock clock) {
        Path directory = runDir != null ? runDir : Path.of(loaded.run().dir()).resolve("chaos-" + clock.epochMillis());
        try {
            Files.createDirectories(directory);
        } catch (java.io.IOException e) {
            throw rubato.error.RubatoException.usage("cannot make " + directory + ": " + e.getMessage());
        }
        return directory.toAbsolutePath();
    }

    private static List<String> rubato() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName());
    }
}
