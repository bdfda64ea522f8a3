package rubato.djl;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import rubato.error.RubatoException;

/** Fetches with {@code mvn dependency:copy} into a directory of its own, then moves the file into place. */
record MavenFetch(String command, Duration deadline) implements DjlNatives.Fetch {
    private static final String GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy";

    MavenFetch() {
        this("mvn", Duration.ofMinutes(10));
    }

    @Override
    public void copy(String coordinates, String file, Path directory) throws IOException {
        Path work = Files.createTempDirectory(directory, "fetch");
        Path log = work.resolve("maven.log");
        try {
            run(coordinates, work, log);
            Files.move(work.resolve(file), directory.resolve(file), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            delete(work);
        }
    }

    private void run(String coordinates, Path work, Path log) throws IOException {
        Process maven = start(coordinates, work, log);
        try {
            if (!maven.waitFor(deadline.toSeconds(), TimeUnit.SECONDS)) {
                throw unavailable(coordinates, "Maven took longer than " + deadline.toSeconds() + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(coordinates, "interrupted");
        } finally {
            maven.descendants().forEach(ProcessHandle::destroyForcibly);
            maven.destroyForcibly();
        }
        if (maven.exitValue() != 0) throw unavailable(coordinates, firstError(log));
    }

    private Process start(String coordinates, Path work, Path log) {
        ProcessBuilder builder =
                new ProcessBuilder(command, "-q", "-B", GOAL, "-Dartifact=" + coordinates, "-DoutputDirectory=" + work);
        builder.directory(work.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.redirectErrorStream(true).redirectOutput(log.toFile());
        try {
            return builder.start();
        } catch (IOException e) {
            throw unavailable(coordinates, "no '" + command + "' command here");
        }
    }

    private static RubatoException unavailable(String coordinates, String why) {
        return RubatoException.failed("cannot fetch " + coordinates + ": " + why)
                .remedy("djl models need Maven and its repository once; a built-in model (mlp, softmax) needs neither");
    }

    private static String firstError(Path log) throws IOException {
        try (Stream<String> lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.startsWith("[ERROR]"))
                    .map(line -> line.substring("[ERROR]".length()).strip())
                    .findFirst()
                    .orElse("Maven failed");
        }
    }

    private static void delete(Path directory) throws IOException {
        List<Path> files;
        try (Stream<Path> inside = Files.list(directory)) {
            files = inside.toList();
        }
        for (Path file : files) Files.deleteIfExists(file);
        Files.deleteIfExists(directory);
    }
}
