package rubato.observe.chart;

import java.util.Locale;
import java.util.regex.Pattern;

/** Numbers for people, the same in every locale; what is unknown is a dash. */
public final class Figures {
    private static final String UNKNOWN = "-";
    private static final String[] UNITS = {"", "k", "M", "G", "T"};

    private static final Pattern ZEROS = Pattern.compile("\\.?0+$");

    private Figures() {}

    /** 60,000. */
    public static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** Three significant digits with a unit of thousands: 950, 12.3k, 4.56M. */
    public static String compact(double value) {
        if (!Double.isFinite(value)) return UNKNOWN;
        double rest = value;
        int unit = 0;
        while (Math.abs(rest) >= 999.5 && unit < UNITS.length - 1) {
            rest /= 1000;
            unit++;
        }
        return significant(rest) + UNITS[unit];
    }

    private static String significant(double value) {
        double size = Math.abs(value);
        if (size >= 1e6 || size > 0 && size < 1e-4) return scientific(value);
        int decimals = size == 0 ? 0 : 2 - (int) Math.floor(Math.log10(size * 1.0005));
        String text = String.format(Locale.ROOT, "%." + Math.max(0, decimals) + "f", value);
        return text.contains(".") ? ZEROS.matcher(text).replaceFirst("") : text;
    }

    private static String scientific(double value) {
        String[] parts = String.format(Locale.ROOT, "%.2e", value).split("e", 2);
        return ZEROS.matcher(parts[0]).replaceFirst("") + "e" + Integer.parseInt(parts[1]);
    }

    /** 950B, 12.3kB, 4.56MB. */
    public static String bytes(long value) {
        return compact(value) + "B";
    }

    /** Four decimals, or scientific where those would say nothing. */
    public static String loss(double value) {
        if (!Double.isFinite(value)) return UNKNOWN;
        double size = Math.abs(value);
        boolean readable = size == 0 || size >= 1e-3 && size < 1e5;
        return String.format(Locale.ROOT, readable ? "%.4f" : "%.3e", value);
    }

    public static String percent(double fraction) {
        return Double.isFinite(fraction) ? String.format(Locale.ROOT, "%.2f%%", 100 * fraction) : UNKNOWN;
    }

    /** 35 ms, 4.2 s, 1m 05s, 2h 03m. */
    public static String duration(double seconds) {
        if (!Double.isFinite(seconds) || seconds < 0) return UNKNOWN;
        if (seconds > 0 && seconds < 0.1) return String.format(Locale.ROOT, "%.0f ms", 1000 * seconds);
        if (seconds < 60) return String.format(Locale.ROOT, "%.1f s", seconds);
        long whole = Math.round(seconds);
        if (whole < 3600) return String.format(Locale.ROOT, "%dm %02ds", whole / 60, whole % 60);
        return String.format(Locale.ROOT, "%dh %02dm", whole / 3600, whole / 60 % 60);
    }
}
