package rubato.chaos;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import rubato.error.RubatoException;

/** Commands of the operating system. */
final class Shell {
    private static final long DEADLINE_SECONDS = 30;

    private Shell() {}

    /** Runs a command that must succeed. */
    static void run(String... command) {
        String line = String.join(" ", command);
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw RubatoException.failed("'" + line + "' took longer than " + DEADLINE_SECONDS + " s");
            }
            if (process.exitValue() == 0) return;
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            throw RubatoException.failed("'" + line + "' failed: " + said);
        } catch (IOException e) {
            throw RubatoException.failed("cannot run '" + line + "': " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw RubatoException.failed("interrupted during '" + line + "'");
        }
    }
}
