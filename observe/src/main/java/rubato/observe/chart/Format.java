package rubato.observe.chart;

import java.util.Locale;

/** How the values of an axis are written; the page's script knows the same names for values under the pointer. */
public enum Format {
    /** Plain figures with a unit of thousands. */
    COUNT,
    /** Fractions as percent. */
    PERCENT;

    String tick(double value) {
        if (this == COUNT) return Figures.compact(value);
        double percent = 100 * value;
        boolean whole = Math.abs(percent - Math.rint(percent)) < 1e-6;
        return String.format(Locale.ROOT, whole ? "%.0f%%" : "%.1f%%", percent);
    }

    String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
