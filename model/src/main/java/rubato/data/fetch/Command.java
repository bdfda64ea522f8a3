package rubato.data.fetch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An external program with a deadline; what it prints goes to a file, of which an error quotes the last line. */
final class Command {
    private static final long MINUTES = 10;

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
            if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new IOException(command[0] + " did not end within " + MINUTES + " minutes");
            }
            if (process.exitValue() != 0) {
                throw new IOException(command[0] + " failed with exit code " + process.exitValue() + lastLine(log));
            }
        } finally {
            Files.deleteIfExists(log);
        }
    }

    private static String lastLine(Path log) throws IOException {
        List<String> lines = new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
        return lines.isEmpty() ? "" : ": " + lines.get(lines.size() - 1).strip();
    }
}
