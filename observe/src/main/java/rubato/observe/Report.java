package rubato.observe;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import rubato.error.RubatoException;
import rubato.event.Listener;

/**
 * {@code report.html}: one file that shows a run without a network, from {@code events.jsonl}, {@code summary.json} and {@code config.conf};
 * whatever of them is missing, the rest is shown.
 */
public final class Report {
    public static final String NAME = "report.html";
    private static final int CONFIG_BYTES = 256 * 1024;

    private Report() {}

    public static void write(Path runDir) {
        Path file = runDir.resolve(NAME);
        String page = page(runDir);
        try {
            SummaryFile.replace(file, page);
        } catch (IOException e) {
            throw RubatoException.failed("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    private static String page(Path runDir) {
        RunStory story = new RunStory();
        RunCurves curves = new RunCurves();
        Listener both = (time, event) -> {
            story.on(time, event);
            curves.on(time, event);
        };
        Path events = runDir.resolve(EventFile.NAME);
        if (Files.isRegularFile(events)) EventFile.replay(events, both);
        RunFacts facts = RunFacts.of(runDir, story);
        return new ReportPage(facts, story, curves, config(runDir)).html();
    }

    private static String config(Path runDir) {
        Path file = runDir.resolve("config.conf");
        if (!Files.isRegularFile(file)) return "";
        try (var in = Files.newInputStream(file)) {
            return new String(in.readNBytes(CONFIG_BYTES), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw RubatoException.failed("cannot read " + file + ": " + e.getMessage(), e);
        }
    }
}
