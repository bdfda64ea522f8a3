package rubato.data.fetch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** An external program with a deadline; what it prints goes to a file, of which an error quotes one line. */
final class Command {
    private static final long MINUTES = 10;
    private static final int LONGEST_QUOTE = 200;
    private static final Pattern COMPLAINT =
            Pattern.compile("^E: |(?i:error:|\\[ERROR\\])|npm (ERR!|error) |\\bE[A-Z]{5,}");

    private Command() {}

    static void run(Path directory, String... command) throws IOException, InterruptedException {
        Path log = Files.createTempFile("rubato-command", ".log");
        try {
            Process process;
            try {
                process = new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .redirectInput(Path.of("/dev/null").toFile())
                        .start();
            } catch (IOException e) {
                throw new IOException(command[0] + " is not installed", e);
            }
            if (!ended(process)) {
                throw new IOException(command[0] + " did not end within " + MINUTES + " minutes");
            }
            if (process.exitValue() != 0) {
                throw new IOException(command[0] + " failed with exit code " + process.exitValue() + reason(log));
            }
        } finally {
            Files.deleteIfExists(log);
        }
    }

    /** Waits; a program that is late, or no longer wanted, is ended with all it started. */
    private static boolean ended(Process process) throws InterruptedException {
        try {
            return process.waitFor(MINUTES, TimeUnit.MINUTES);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /** The first line that speaks of an error, else the last one. */
    private static String reason(Path log) throws IOException {
        List<String> lines = new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
        if (lines.isEmpty()) return "";
        String last = lines.get(lines.size() - 1);
        String chosen = lines.stream()
                .filter(COMPLAINT.asPredicate())
                .findFirst()
                .orElse(last)
                .strip();
        return ": " + chosen.substring(0, Math.min(chosen.length(), LONGEST_QUOTE));
    }
}
