package rubato.chaos;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * What a run under faults has shown.
 *
 * @param finished whether it came to its end in order
 * @param stepsLost committed steps that were given up
 * @param kept samples per processor second of members, as a fraction of the fault-free stretch
 * @param keptByWork the same without the processor time of their compilers
 * @param keptByTime the same per second of wall time
 * @param longestGapMillis longest time without a commit while the launcher lived
 */
public record Outcome(
        Path directory,
        long seed,
        boolean finished,
        double seconds,
        List<Recovery> recoveries,
        long steps,
        int generations,
        long stepsLost,
        double kept,
        double keptByWork,
        double keptByTime,
        long longestGapMillis,
        List<String> violations) {
    public Outcome {
        recoveries = List.copyOf(recoveries);
        violations = List.copyOf(violations);
    }

    public boolean ok() {
        return finished && violations.isEmpty();
    }

    private int faults() {
        return recoveries.stream().mapToInt(Recovery::faults).sum();
    }

    /** One JSON object on one line. */
    public String toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("ok", ok());
        json.addProperty("seed", seed);
        json.addProperty("run", directory.toString());
        json.addProperty("finished", finished);
        json.addProperty("seconds", seconds);
        json.addProperty("steps", steps);
        json.addProperty("generations", generations);
        json.addProperty("steps_lost", stepsLost);
        json.addProperty("longest_gap_ms", longestGapMillis);
        JsonObject faults = new JsonObject();
        JsonObject times = new JsonObject();
        for (Recovery each : recoveries) {
            faults.addProperty(each.kind().label(), each.faults());
            times.add(each.kind().label(), times(each));
        }
        json.add("faults", faults);
        json.add("recovery_ms", times);
        json.addProperty("throughput_kept", finite(kept));
        json.addProperty("throughput_kept_beside_compilers", finite(keptByWork));
        json.addProperty("throughput_kept_by_time", finite(keptByTime));
        JsonArray lines = new JsonArray();
        violations.forEach(lines::add);
        json.add("violations", lines);
        return json.toString();
    }

    private static JsonObject times(Recovery each) {
        JsonObject json = new JsonObject();
        json.addProperty("timed", each.millis().size());
        json.addProperty("p50", each.percentile(0.5));
        json.addProperty("p99", each.percentile(0.99));
        json.addProperty("max", each.percentile(1));
        JsonArray all = new JsonArray();
        each.millis().forEach(all::add);
        json.add("all", all);
        return json;
    }

    private static double finite(double value) {
        return Double.isFinite(value) ? value : 0;
    }

    /** The same for people. */
    public String toText() {
        StringBuilder text = new StringBuilder();
        line(text, "%-16s %6s %6s %8s %8s %8s", "fault", "done", "timed", "p50 ms", "p99 ms", "max ms");
        for (Recovery each : recoveries)
            line(
                    text,
                    "%-16s %6d %6d %8d %8d %8d",
                    each.kind().label(),
                    each.faults(),
                    each.millis().size(),
                    each.percentile(0.5),
                    each.percentile(0.99),
                    each.percentile(1));
        line(
                text,
                "%d faults in %.0f s, %d steps, %d generations, %d committed steps lost, longest gap %d ms",
                faults(),
                seconds,
                steps,
                generations,
                stepsLost,
                longestGapMillis);
        line(
                text,
                "throughput kept: %.1f%% per processor second of members (%.1f%% beside their compilers), %.1f%% per second",
                100 * kept,
                100 * keptByWork,
                100 * keptByTime);
        violations.forEach(violation -> line(text, "violation: %s", violation));
        line(
                text,
                "%s, %d violations, seed %d, %s",
                finished ? "finished" : "NOT finished",
                violations.size(),
                seed,
                directory);
        return text.toString();
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
