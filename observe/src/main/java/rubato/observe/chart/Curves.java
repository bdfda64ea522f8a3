package rubato.observe.chart;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Series as SVG within the scales of a chart, each with the values that the script shows under the pointer. */
final class Curves {
    private final Across across;
    private final Scale x;
    private final Scale up;

    Curves(Across across, Scale up) {
        this.across = across;
        this.x = across.scale();
        this.up = up;
    }

    String of(Series series) {
        List<Bucket> buckets = series.buckets();
        return "<g class=\"series c" + series.colour() + "\" data-name=\"" + Html.escape(series.name())
                + "\" data-kind=\""
                + series.kind().name().toLowerCase(java.util.Locale.ROOT) + "\" data-x=\""
                + figures(buckets, b -> shownAt(series, b))
                + "\" data-y=\"" + figures(buckets, b -> shown(series, b)) + '"' + extremes(buckets) + ">"
                + band(buckets) + line(series, buckets) + "</g>\n";
    }

    private double shownAt(Series series, Bucket bucket) {
        if (series.kind() == Series.Kind.STEPS) return across.first(bucket);
        return (across.first(bucket) + across.last(bucket)) / 2;
    }

    private static double shown(Series series, Bucket bucket) {
        return series.kind() == Series.Kind.STEPS ? bucket.last() : bucket.mean();
    }

    private static String extremes(List<Bucket> buckets) {
        if (!spread(buckets)) return "";
        return " data-lo=\"" + figures(buckets, Bucket::min) + "\" data-hi=\"" + figures(buckets, Bucket::max) + '"';
    }

    private static boolean spread(List<Bucket> buckets) {
        return buckets.stream().anyMatch(b -> b.min() < b.max());
    }

    private static String figures(List<Bucket> buckets, ToDoubleFunction<Bucket> value) {
        return buckets.stream().map(b -> SvgPath.figure(value.applyAsDouble(b))).collect(Collectors.joining(" "));
    }

    private String band(List<Bucket> buckets) {
        if (!spread(buckets)) return "";
        SvgPath path = new SvgPath();
        for (Bucket b : buckets) path.line(middle(b), up.position(b.max()));
        for (int i = buckets.size() - 1; i >= 0; i--)
            path.line(middle(buckets.get(i)), up.position(buckets.get(i).min()));
        return "<path class=\"band\" d=\"" + path.close() + "\"/>";
    }

    private double middle(Bucket bucket) {
        return x.position((across.first(bucket) + across.last(bucket)) / 2);
    }

    private String line(Series series, List<Bucket> buckets) {
        SvgPath path = new SvgPath();
        for (Bucket b : buckets) {
            double height = up.position(shown(series, b));
            if (series.kind() == Series.Kind.STEPS) path.stairs(x.position(across.first(b)), height);
            else path.line(middle(b), height);
        }
        if (series.kind() == Series.Kind.STEPS && !path.isEmpty())
            path.along(x.position(across.last(buckets.get(buckets.size() - 1))));
        return "<path class=\"line " + series.kind().name().toLowerCase(java.util.Locale.ROOT) + "\" d=\"" + path
                + "\"/>" + dots(series, buckets);
    }

    /** Marks where asked for, and where a single point would otherwise not be seen. */
    private String dots(Series series, List<Bucket> buckets) {
        if (series.kind() != Series.Kind.MARKS && buckets.size() > 1) return "";
        SvgPath path = new SvgPath();
        for (Bucket b : buckets) path.dot(middle(b), up.position(shown(series, b)));
        return "<path class=\"dots\" d=\"" + path + "\"/>";
    }
}
