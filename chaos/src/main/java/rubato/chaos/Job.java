package rubato.chaos;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import rubato.error.RubatoException;
import rubato.protocol.RunStatus;
import rubato.runtime.Operator;

/** A run with processes of its own: the launcher with its coordinator and workers, and workers started beside it. */
final class Job implements AutoCloseable {
    private static final long CLOSE_SECONDS = 5;

    private final List<String> rubato;
    private final List<String> worker;
    private final List<String> configuration;
    private final Map<String, String> environment;
    private final Path directory;
    private final List<String> hosts;
    private final List<Process> extras = new ArrayList<>();
    private @Nullable Process launcher;

    /**
     * @param rubato the command, without its arguments
     * @param worker the same for workers started beside
     * @param configuration arguments of {@code train} that say what to train
     * @param hosts addresses of workers started beside, in turn; empty for the usual one
     */
    Job(
            List<String> rubato,
            List<String> worker,
            List<String> configuration,
            Map<String, String> environment,
            Path directory,
            List<String> hosts) {
        this.rubato = List.copyOf(rubato);
        this.worker = List.copyOf(worker);
        this.configuration = List.copyOf(configuration);
        this.environment = Map.copyOf(environment);
        this.directory = directory;
        this.hosts = List.copyOf(hosts);
    }

    Path directory() {
        return directory;
    }

    /** What the launchers printed, one after another. */
    Path log() {
        return directory.resolveSibling(directory.getFileName() + ".log");
    }

    void start() {
        List<String> arguments = new ArrayList<>(List.of("train"));
        arguments.addAll(configuration);
        arguments.addAll(List.of("--run-dir", directory.toString()));
        launcher = process(rubato, arguments);
    }

    void resume() {
        launcher = process(rubato, List.of("train", "--resume", directory.toString()));
    }

    /** One more worker, which is not replaced when it dies. */
    void join(String name) {
        List<String> arguments = new ArrayList<>(List.of("worker", "--run", directory.toString(), "--name", name));
        if (!hosts.isEmpty()) arguments.addAll(List.of("--host", hosts.get(extras.size() % hosts.size())));
        extras.add(process(worker, arguments));
    }

    private Process process(List<String> program, List<String> arguments) {
        List<String> command = new ArrayList<>(program);
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
        builder.environment().putAll(environment);
        try {
            return builder.start();
        } catch (IOException e) {
            throw RubatoException.failed("cannot start " + String.join(" ", arguments) + ": " + e.getMessage(), e);
        }
    }

    Process launcher() {
        if (launcher == null) throw new IllegalStateException("not started");
        return launcher;
    }

    Operator operator() {
        return new Operator(directory);
    }

    /** How many coordinators the run has. */
    int coordinators() {
        String[] several = directory.resolve("coordinators").toFile().list();
        return several == null ? 1 : several.length;
    }

    /** What its coordinator says; empty while none answers. */
    Optional<RunStatus> status() {
        try {
            RunStatus status = operator().status();
            return status.workers().isEmpty() && status.coordinators().isEmpty()
                    ? Optional.empty()
                    : Optional.of(status);
        } catch (RubatoException e) {
            return Optional.empty();
        }
    }

    boolean ended(long seconds) {
        try {
            return launcher().waitFor(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        List<ProcessHandle> all = new ArrayList<>();
        Process started = launcher;
        if (started != null) {
            started.descendants().forEach(all::add);
            all.add(started.toHandle());
        }
        extras.forEach(extra -> all.add(extra.toHandle()));
        all.forEach(ProcessHandle::destroyForcibly);
        if (started != null) ended(CLOSE_SECONDS);
    }
}
