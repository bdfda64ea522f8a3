package rubato.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import rubato.error.RubatoException;

/** The coordinator as a child process: started again whenever it dies of anything but the end of the run. */
final class CoordinatorProcess implements AutoCloseable {
    /** Exit code of a run that lost its coordinators. */
    static final int LOST = 3;

    private static final int MOST_YOUNG_DEATHS = 5;
    private static final long YOUNG_NANOS = 3_000_000_000L;
    /** Exit codes above are deaths by signal. */
    private static final int LAST_OWN_CODE = 4;
    /** Others take over at once; the start of a JVM is not to take their processor time from them. */
    private static final long REPLACED_AFTER_MILLIS = 1500;

    private final List<String> command;
    private final Map<String, String> environment;
    private final Path run;
    private final int id;
    private final long restartMillis;
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();

    /** Guarded by this. */
    private @Nullable Process process;

    private int youngDeaths;
    private boolean closed;

    /** @param alone no other takes over when it dies */
    CoordinatorProcess(List<String> command, Map<String, String> environment, Path run, int id, boolean alone) {
        this.restartMillis = alone ? 0 : REPLACED_AFTER_MILLIS;
        this.command = List.copyOf(command);
        this.environment = Map.copyOf(environment);
        this.run = run;
        this.id = id;
    }

    /** Completes with the exit code once the run has ended, well or not. */
    CompletionStage<Integer> ended() {
        return ended;
    }

    synchronized void start(boolean takeover) {
        if (closed) return;
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of("coordinator", "--run", run.toString(), "--id", Integer.toString(id)));
        if (takeover) all.add("--takeover");
        ProcessBuilder builder = new ProcessBuilder(all)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().putAll(environment);
        builder.environment()
                .put(WorkerStart.PARENT, Long.toString(ProcessHandle.current().pid()));
        try {
            Process started = builder.start();
            process = started;
            long at = System.nanoTime();
            started.onExit().thenAccept(done -> died(done.exitValue(), System.nanoTime() - at));
        } catch (IOException e) {
            throw RubatoException.failed("cannot start coordinator " + id + ": " + e.getMessage(), e);
        }
    }

    private Path log() {
        return run.resolve("logs").resolve("coordinator-" + id + ".log");
    }

    private void died(int code, long livedNanos) {
        synchronized (this) {
            youngDeaths = livedNanos < YOUNG_NANOS ? youngDeaths + 1 : 0;
            if (!closed && code > LAST_OWN_CODE && youngDeaths < MOST_YOUNG_DEATHS) {
                CompletableFuture.delayedExecutor(restartMillis, TimeUnit.MILLISECONDS)
                        .execute(this::restart);
                return;
            }
        }
        ended.complete(code);
    }

    private void restart() {
        try {
            start(true);
        } catch (RubatoException e) {
            ended.complete(LOST);
        }
    }

    /** The last line it wrote, for an error message. */
    String lastLine() {
        try {
            List<String> lines = Files.readAllLines(log());
            lines.removeIf(line -> line.isBlank() || !line.startsWith("rubato: "));
            return lines.isEmpty()
                    ? "see " + log()
                    : lines.get(lines.size() - 1).substring("rubato: ".length());
        } catch (IOException e) {
            return "see " + log();
        }
    }

    @Override
    public void close() {
        Process running;
        synchronized (this) {
            closed = true;
            running = process;
        }
        if (running != null) running.destroyForcibly();
    }
}
