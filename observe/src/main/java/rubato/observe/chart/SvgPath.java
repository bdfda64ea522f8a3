package rubato.observe.chart;

import java.math.BigDecimal;
import java.math.MathContext;

/** Points in a square of 1000 by 1000, y upwards, as the path data of SVG. */
final class SvgPath {
    private final StringBuilder data = new StringBuilder();

    SvgPath move(double x, double y) {
        return point('M', x, y);
    }

    SvgPath line(double x, double y) {
        return point(data.isEmpty() ? 'M' : 'L', x, y);
    }

    /** Along at the old height, then to the new one. */
    SvgPath stairs(double x, double y) {
        if (!data.isEmpty()) data.append('H').append(coordinate(x));
        return line(x, y);
    }

    SvgPath along(double x) {
        data.append('H').append(coordinate(x));
        return this;
    }

    /** A path of no length: a round dot where caps are round. */
    SvgPath dot(double x, double y) {
        move(x, y);
        data.append("h0");
        return this;
    }

    SvgPath close() {
        data.append('Z');
        return this;
    }

    boolean isEmpty() {
        return data.isEmpty();
    }

    private SvgPath point(char command, double x, double y) {
        data.append(command).append(coordinate(x)).append(' ').append(coordinate(1 - y));
        return this;
    }

    static String coordinate(double fraction) {
        long tenths = Math.round(fraction * 10_000);
        return tenths % 10 == 0 ? Long.toString(tenths / 10) : tenths / 10 + "." + Math.abs(tenths % 10);
    }

    /** Six significant digits, for the script. */
    static String figure(double value) {
        return new BigDecimal(value, new MathContext(6)).toString();
    }

    @Override
    public String toString() {
        return data.toString();
    }
}
