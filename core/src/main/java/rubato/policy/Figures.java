package rubato.policy;

import java.math.BigDecimal;
import java.math.MathContext;

/** Numbers for people: four significant digits, the same text on every JDK and in every locale. */
final class Figures {
    private static final MathContext FOUR = new MathContext(4);

    private Figures() {}

    static String of(double value) {
        if (!Double.isFinite(value)) return Double.toString(value);
        if (value == 0) return "0";
        BigDecimal rounded = new BigDecimal(value).round(FOUR).stripTrailingZeros();
        double size = Math.abs(value);
        return size >= 1e-4 && size < 1e12 ? rounded.toPlainString() : rounded.toString();
    }

    static String percent(double fraction) {
        return of(Math.rint(fraction * 1000) / 10) + " %";
    }

    static String millis(double nanos) {
        return of(nanos / 1e6) + " ms";
    }
}
