package rubato.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import rubato.data.DataHome;
import rubato.error.RubatoException;
import rubato.observe.EventLog;
import rubato.observe.Report;
import rubato.observe.SummaryFile;
import rubato.runtime.CoordinatorStart;
import rubato.runtime.Training;

/** {@code rubato coordinator}: the coordinator of a run in a process of its own. */
@Command(name = "coordinator", description = "Run, or take over, the coordinator of a run.")
final class CoordinatorCommand implements Callable<Integer> {
    private final Console console;

    @Option(names = "--run", required = true, paramLabel = "DIR", description = "Run directory.")
    private Path run = Path.of("");

    @Option(names = "--id", required = true, paramLabel = "N", description = "Which of the run's coordinators, from 0.")
    private int id;

    @Option(names = "--takeover", description = "Go on under the newest plan as it is, also where that ends the run.")
    private boolean takeover;

    CoordinatorCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        RunConfigs.file(run);
        Optional<Training.Result> ended;
        try (Events events = new Events()) {
            ended = CoordinatorStart.run(run, id, takeover, DataHome.directory(), Version.software(), events::open);
        }
        if (ended.isEmpty()) return 0;
        Training.Result result = ended.get();
        SummaryFile.write(run, result.summary());
        Report.write(run);
        return switch (result.exitCode()) {
            case 0 -> 0;
            case 2 -> throw RubatoException.usage(result.reason());
            case 3 -> throw RubatoException.lost(result.reason());
            case 4 -> throw RubatoException.diverged(result.reason());
            default -> throw RubatoException.failed(result.reason());
        };
    }

    private final class Events implements AutoCloseable {
        private final java.util.ArrayList<EventLog> open = new java.util.ArrayList<>();

        List<rubato.event.Listener> open(Path directory) {
            EventLog log = new EventLog(directory.resolve("events.jsonl"), console.err()::println);
            open.add(log);
            return List.of(log);
        }

        @Override
        public void close() {
            open.forEach(EventLog::close);
        }
    }
}
