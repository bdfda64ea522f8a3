package rubato.observe;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import rubato.observe.chart.Figures;
import rubato.observe.chart.Html;
import rubato.signal.RankTimes;

/** Where each worker's time of a step went on average: compute, waiting for slower workers, the wire. */
final class StepCosts {
    private static final int WORKERS = 32;
    private static final String[] PARTS = {"compute", "wait", "wire"};

    private final Map<String, Sum> sums = new LinkedHashMap<>();

    private static final class Sum {
        private final double[] nanos = new double[PARTS.length];
        private long windows;

        private double mean(int part) {
            return nanos[part] / windows;
        }

        private double total() {
            return mean(0) + mean(1) + mean(2);
        }
    }

    void add(RankTimes rank) {
        if (sums.size() >= WORKERS && !sums.containsKey(rank.worker())) return;
        double[] nanos = {rank.computeNanos(), rank.waitNanos(), rank.wireNanos()};
        for (double part : nanos) if (!(part >= 0) || Double.isInfinite(part)) return;
        Sum sum = sums.computeIfAbsent(rank.worker(), n -> new Sum());
        for (int i = 0; i < nanos.length; i++) sum.nanos[i] += nanos[i];
        sum.windows++;
    }

    String html() {
        if (sums.isEmpty()) return "";
        double longest = sums.values().stream().mapToDouble(Sum::total).max().orElse(0);
        StringBuilder html = new StringBuilder("<figure class=\"chart bars\"><figcaption><h3>Time of a step</h3>"
                + "<span>milliseconds, mean per worker</span></figcaption>\n<ul class=\"legend\">");
        for (int i = 0; i < PARTS.length; i++)
            html.append("<li><i class=\"fill c")
                    .append(i)
                    .append("\"></i>")
                    .append(PARTS[i])
                    .append("</li>");
        html.append("</ul>\n<table>");
        sums.forEach((name, sum) -> html.append(row(name, sum, longest)));
        return html.append("</table></figure>\n").toString();
    }

    private static String row(String name, Sum sum, double longest) {
        StringBuilder bars = new StringBuilder();
        for (int i = 0; i < PARTS.length; i++) {
            double percent = longest > 0 ? 100 * sum.mean(i) / longest : 0;
            bars.append(String.format(
                    Locale.ROOT,
                    "<b class=\"c%d\" style=\"width:%.2f%%\" title=\"%s %s ms\"></b>",
                    i,
                    percent,
                    PARTS[i],
                    millis(sum.mean(i))));
        }
        return "<tr><th scope=\"row\">" + Html.escape(name) + "</th><td class=\"bar\">" + bars
                + "</td><td class=\"figure\">" + millis(sum.mean(0)) + " + " + millis(sum.mean(1)) + " + "
                + millis(sum.mean(2)) + "</td></tr>\n";
    }

    private static String millis(double nanos) {
        return Figures.compact(nanos / 1e6);
    }
}
