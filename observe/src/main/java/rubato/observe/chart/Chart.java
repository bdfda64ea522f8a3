package rubato.observe.chart;

import java.util.List;

/** Curves over steps or time. */
public record Chart(String title, String unit, Across across, Format format, boolean logarithmic, List<Series> series) {
    private static final double WIDE = 60;

    public Chart {
        series = series.stream().filter(s -> !s.isEmpty()).toList();
    }

    /** Logarithmic where a linear axis would flatten most of the curves. */
    public static Chart fitting(String title, String unit, Across across, Format format, List<Series> series) {
        double min = low(series);
        boolean logarithmic = format == Format.COUNT && min > 0 && high(series) / min > WIDE;
        return new Chart(title, unit, across, format, logarithmic, series);
    }

    public String html() {
        Scale up = scale();
        Curves curves = new Curves(across, up);
        StringBuilder drawn = new StringBuilder();
        for (Series s : series) drawn.append(curves.of(s));
        List<Frame.Key> keys = series.stream()
                .map(s -> new Frame.Key(s.name(), s.colour(), s.kind()))
                .toList();
        String scaleName = up.logarithmic() ? unit + ", logarithmic" : unit;
        return new Frame(title, scaleName, across, up, format).around(drawn.toString(), keys);
    }

    private Scale scale() {
        double low = low(series);
        if (logarithmic && low > 0) return Scale.logarithmic(low, high(series));
        Scale linear = Scale.linear(low, high(series));
        if (format != Format.PERCENT) return linear;
        return Scale.exact(Math.max(0, linear.low()), Math.min(1, linear.high()));
    }

    private static double low(List<Series> series) {
        return series.stream()
                .filter(s -> !s.isEmpty())
                .mapToDouble(Series::min)
                .min()
                .orElse(Double.NaN);
    }

    private static double high(List<Series> series) {
        return series.stream()
                .filter(s -> !s.isEmpty())
                .mapToDouble(Series::max)
                .max()
                .orElse(Double.NaN);
    }
}
