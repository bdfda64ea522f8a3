package rubato.cli;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.Locale;

/** Prints results as they come: one JSON object a line, or a table. */
final class AllReduceTable {
    private final Console console;
    private final boolean json;

    AllReduceTable(Console console, boolean json) {
        this.console = console;
        this.json = json;
    }

    void head(MachineLimits limits, AllReduceRank.Task task) {
        console.print(String.format(
                Locale.ROOT,
                "%d processes, %d cores; memory copy %.1f GB/s, loopback stream %.1f GB/s",
                task.workers(),
                Runtime.getRuntime().availableProcessors(),
                limits.copyBytesPerSecond() / 1e9,
                limits.loopbackBytesPerSecond() / 1e9));
        columns();
    }

    void columns() {
        console.print(String.format(
                "%12s %10s %10s %12s %12s %12s %9s %8s",
                "bytes", "transport", "algorithm", "median us", "min us", "p99 us", "GB/s", "correct"));
    }

    void row(String line) {
        if (json) {
            console.print(line);
            return;
        }
        JsonObject row = JsonParser.parseString(line).getAsJsonObject();
        double median = row.get("median_us").getAsDouble();
        console.print(String.format(
                Locale.ROOT,
                "%12d %10s %10s %12.2f %12.2f %12.2f %9.2f %8s",
                row.get("bytes").getAsLong(),
                row.get("transport").getAsString(),
                row.get("algorithm").getAsString(),
                median,
                row.get("min_us").getAsDouble(),
                row.get("p99_us").getAsDouble(),
                row.get("bytes").getAsLong() / (median * 1e3),
                row.get("correct").getAsBoolean() ? "yes" : "NO"));
    }
}
