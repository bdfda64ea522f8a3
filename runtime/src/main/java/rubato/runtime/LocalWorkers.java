package rubato.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import rubato.error.RubatoException;

/** Worker processes on this machine, each with its own log; they end when this object is closed. */
final class LocalWorkers implements AutoCloseable {
    /**
     * How to start one.
     *
     * @param command JVM, its arguments, class path and main class; the worker's own arguments are added
     */
    record Launch(List<String> command, Map<String, String> environment, Path runDirectory) {}

    private final Launch launch;
    private final List<Process> processes = new ArrayList<>();

    LocalWorkers(Launch launch) {
        this.launch = launch;
    }

    static String name(int number) {
        return String.format("worker-%03d", number);
    }

    /** Starts one; {@code ended} is told its name and how it ended. */
    void start(int number, BiConsumer<String, String> ended) {
        String name = name(number);
        Path log = launch.runDirectory().resolve("logs").resolve(name + ".log");
        List<String> command = new ArrayList<>(launch.command());
        command.addAll(List.of("worker", "--run", launch.runDirectory().toString(), "--name", name));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().putAll(launch.environment());
        try {
            Process process = builder.start();
            processes.add(process);
            process.onExit().thenAccept(done -> ended.accept(name, "exit code " + done.exitValue() + ", see " + log));
        } catch (IOException e) {
            throw RubatoException.failed("cannot start " + name + ": " + e.getMessage(), e);
        }
    }

    /** The last lines a worker logged, for an error message. */
    static String lastLine(Path runDirectory, String name) {
        try {
            List<String> lines = Files.readAllLines(runDirectory.resolve("logs").resolve(name + ".log"));
            return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
        } catch (IOException e) {
            return "";
        }
    }

    /** Waits up to this long for all to end by themselves. */
    void await(long millis) {
        long deadline = System.nanoTime() + millis * 1_000_000;
        try {
            for (Process process : processes) {
                process.waitFor(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void kill() {
        processes.forEach(Process::destroyForcibly);
    }

    @Override
    public void close() {
        await(2000);
        kill();
        await(1000);
    }
}
