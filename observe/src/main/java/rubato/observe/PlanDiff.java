package rubato.observe;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import rubato.observe.chart.Figures;
import rubato.plan.Plan;
import rubato.plan.Shares;
import rubato.plan.Stop;

/** What differs between two plans, for people: {@code batch 64 -> 128, shares [50%, 50%] -> [70%, 30%]}. */
final class PlanDiff {
    private PlanDiff() {}

    static String of(Plan before, Plan after) {
        List<String> parts = new ArrayList<>();
        if (before.globalBatch() != after.globalBatch())
            parts.add("batch " + before.globalBatch() + " -> " + after.globalBatch());
        if (!before.shares().equals(after.shares()))
            parts.add("shares " + shares(before.shares()) + " -> " + shares(after.shares()));
        if (before.rateFactor() != after.rateFactor())
            parts.add("rate factor " + Figures.compact(before.rateFactor()) + " -> "
                    + Figures.compact(after.rateFactor()));
        if (!before.mode().equals(after.mode())) parts.add("mode " + before.mode() + " -> " + after.mode());
        if (!before.stop().equals(after.stop())) parts.add(stop(after.stop()));
        return parts.isEmpty() ? "no change" : String.join(", ", parts);
    }

    private static String shares(Shares shares) {
        return shares.fractions().stream()
                .map(f -> String.format(Locale.ROOT, "%.0f%%", 100 * f))
                .collect(Collectors.joining(" ", "[", "]"));
    }

    private static String stop(Stop stop) {
        if (stop.afterStep() != Long.MAX_VALUE) return "stop after step " + stop.afterStep();
        if (stop.beforeEpoch() != Long.MAX_VALUE) return "stop after epoch " + stop.beforeEpoch();
        return "no stop";
    }
}
