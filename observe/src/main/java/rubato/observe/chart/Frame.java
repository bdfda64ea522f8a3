package rubato.observe.chart;

import java.util.List;

/** What surrounds the curves of every chart: title, legend, grid, ticks; and what the script needs to show values. */
record Frame(String title, String unit, Across across, Scale up, Format format) {
    record Key(String name, int colour, Series.Kind kind) {}

    String around(String curves, List<Key> keys) {
        if (keys.isEmpty()) return head(keys) + "<p class=\"none\">nothing was measured</p></figure>\n";
        Scale x = across.scale();
        return head(keys)
                + "<div class=\"plot\" tabindex=\"0\" role=\"img\" aria-label=\""
                + Html.escape(title + " against " + across.label())
                + "\" data-from=\"" + x.low() + "\" data-to=\"" + x.high() + "\" data-across=\"" + across.label()
                + "\" data-format=\"" + format.key() + "\">\n"
                + "<svg viewBox=\"0 0 1000 1000\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\n" + grid()
                + curves
                + "</svg>\n" + labels(x) + "</div><p class=\"across\">" + across.label() + "</p></figure>\n";
    }

    private String head(List<Key> keys) {
        StringBuilder html = new StringBuilder("<figure class=\"chart\"><figcaption><h3>" + Html.escape(title)
                + "</h3><span>" + Html.escape(unit) + "</span></figcaption>\n<ul class=\"legend\">");
        for (Key key : keys)
            html.append("<li><i class=\"c")
                    .append(key.colour())
                    .append(' ')
                    .append(key.kind().name().toLowerCase(java.util.Locale.ROOT))
                    .append("\"></i>")
                    .append(Html.escape(key.name()))
                    .append("</li>");
        return html.append("</ul>\n").toString();
    }

    private String grid() {
        SvgPath lines = new SvgPath();
        for (double tick : up.ticks()) lines.move(0, up.position(tick)).along(1);
        return lines.isEmpty() ? "" : "<path class=\"grid\" d=\"" + lines + "\"/>\n";
    }

    private String labels(Scale x) {
        StringBuilder html = new StringBuilder();
        for (double tick : up.ticks())
            html.append("<span class=\"y\" style=\"bottom:")
                    .append(SvgPath.coordinate(up.position(tick) / 10))
                    .append("%\">")
                    .append(format.tick(tick))
                    .append("</span>");
        for (double tick : x.ticks()) {
            if (!across.time() && tick != Math.rint(tick)) continue;
            html.append("<span class=\"x\" style=\"left:")
                    .append(SvgPath.coordinate(x.position(tick) / 10))
                    .append("%\">")
                    .append(Figures.compact(tick))
                    .append("</span>");
        }
        return html.append('\n').toString();
    }
}
