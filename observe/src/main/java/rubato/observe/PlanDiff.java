package rubato.observe;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import rubato.observe.chart.Figures;
import rubato.plan.AllReduce;
import rubato.plan.Compression;
import rubato.plan.Plan;
import rubato.plan.Shares;
import rubato.plan.Stop;

/** What differs between two plans, for people: {@code batch 64 -> 128, shares [50.0% 50.0%] -> [70.0% 30.0%]}. */
final class PlanDiff {
    private static final int SHOWN = 8;

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
        if (!before.compression().equals(after.compression()))
            parts.add("compression " + compression(before.compression()) + " -> " + compression(after.compression()));
        if (!before.allReduce().equals(after.allReduce()))
            parts.add("all-reduce " + allReduce(before.allReduce()) + " -> " + allReduce(after.allReduce()));
        if (!before.stop().equals(after.stop())) parts.add(stop(after.stop()));
        return parts.isEmpty() ? "no change" : String.join(", ", parts);
    }

    private static String compression(Compression compression) {
        if (compression instanceof Compression.TopK topK) return topK.name() + " " + Figures.percent(topK.fraction());
        if (compression instanceof Compression.PowerSgd low) return low.name() + " rank " + low.rank();
        return compression.name();
    }

    private static String allReduce(AllReduce how) {
        String name = how.algorithm().name();
        return how.bucketBytes() == 0 ? name : name + " in buckets of " + how.bucketBytes() + " B";
    }

    private static String shares(Shares shares) {
        List<String> parts = new ArrayList<>();
        for (double f : shares.fractions().subList(0, Math.min(SHOWN, shares.ranks())))
            parts.add(String.format(Locale.ROOT, "%.1f%%", 100 * f));
        int more = shares.ranks() - SHOWN;
        if (more > 0) parts.add("and " + more + " more");
        return "[" + String.join(" ", parts) + "]";
    }

    private static String stop(Stop stop) {
        if (stop.afterStep() != Long.MAX_VALUE) return "stop after step " + stop.afterStep();
        if (stop.beforeEpoch() != Long.MAX_VALUE) return "stop after epoch " + stop.beforeEpoch();
        return "no stop";
    }
}
