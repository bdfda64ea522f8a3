package rubato.observe;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import rubato.error.RubatoException;
import rubato.event.Summary;
import rubato.observe.chart.Figures;

/** The runs of a directory, newest first. */
public record RunIndex(List<Row> rows) {
    private static final DateTimeFormatter WHEN =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

    /**
     * One run; what is not known of an unfinished one is NaN.
     *
     * @param name of its directory
     * @param status done, failed, interrupted; unfinished while there is no summary; damaged
     * @param epochMillis when its events were last written
     */
    public record Row(
            String name, String status, long steps, double testAccuracy, double wallSeconds, long epochMillis) {}

    public RunIndex {
        rows = List.copyOf(rows);
    }

    /** A directory that does not exist holds no runs. */
    public static RunIndex list(Path runsDir) {
        if (!Files.isDirectory(runsDir)) return new RunIndex(List.of());
        try (Stream<Path> entries = Files.list(runsDir)) {
            return new RunIndex(entries.filter(RunIndex::isRun)
                    .map(RunIndex::row)
                    .sorted(Comparator.comparingLong(Row::epochMillis)
                            .reversed()
                            .thenComparing(Row::name))
                    .toList());
        } catch (IOException | UncheckedIOException e) {
            throw RubatoException.failed("cannot list " + runsDir + ": " + e.getMessage(), e);
        }
    }

    static boolean isRun(Path dir) {
        return Files.isRegularFile(dir.resolve(SummaryFile.NAME)) || Files.isRegularFile(dir.resolve(EventFile.NAME));
    }

    private static Row row(Path dir) {
        String name = String.valueOf(dir.getFileName());
        long when = when(dir);
        try {
            Optional<Summary> summary = SummaryFile.read(dir);
            if (summary.isEmpty()) return new Row(name, RunFacts.UNFINISHED, 0, Double.NaN, Double.NaN, when);
            Summary s = summary.get();
            return new Row(name, s.status(), s.steps(), s.testAccuracy(), s.wallSeconds(), when);
        } catch (RubatoException damaged) {
            return new Row(name, "damaged", 0, Double.NaN, Double.NaN, when);
        }
    }

    private static long when(Path dir) {
        Path events = dir.resolve(EventFile.NAME);
        try {
            Path file = Files.exists(events) ? events : dir.resolve(SummaryFile.NAME);
            return Files.getLastModifiedTime(file).toMillis();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String text() {
        TextTable table = new TextTable("run", "status", ">steps", ">test accuracy", ">time", "when (UTC)");
        for (Row row : rows)
            table.add(
                    row.name(),
                    row.status(),
                    Figures.count(row.steps()),
                    Figures.percent(row.testAccuracy()),
                    Figures.duration(row.wallSeconds()),
                    WHEN.format(Instant.ofEpochMilli(row.epochMillis())));
        return table.text();
    }

    /** An array of objects with the names of {@link Row} in snake_case. */
    public String json() {
        StringWriter text = new StringWriter();
        try (JsonWriter out = new JsonWriter(text)) {
            out.setIndent("  ");
            RecordJson.write(out, rows);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text + "\n";
    }
}
