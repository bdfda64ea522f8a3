package rubato.observe.chart;

import java.util.ArrayList;
import java.util.List;

/** An axis from low to high, linear or logarithmic, with ticks at round values. */
record Scale(double low, double high, boolean logarithmic) {
    private static final int TICKS = 5;
    /** A difference that figures would not show, and that ticks could not step through. */
    private static final double NEGLIGIBLE = 1e-9;

    Scale {
        if (!(high > low)) throw new IllegalArgumentException("high must be > low, was " + low + ".." + high);
        if (logarithmic && !(low > 0)) throw new IllegalArgumentException("low must be > 0, was " + low);
    }

    /** From zero where that costs little room, with room around the values otherwise. */
    static Scale linear(double min, double max) {
        if (!(max >= min)) return new Scale(0, 1, false);
        if (max - min <= NEGLIGIBLE * Math.max(Math.abs(min), Math.abs(max))) return alone(max);
        double span = max - min;
        double low = min >= 0 && min < 0.4 * max ? 0 : min - 0.06 * span;
        if (min >= 0) low = Math.max(0, low);
        return new Scale(low, max + 0.06 * span, false);
    }

    /** Zero and the one value there is. */
    private static Scale alone(double value) {
        if (value == 0) return new Scale(0, 1, false);
        return new Scale(Math.min(0, 1.25 * value), Math.max(0, 1.25 * value), false);
    }

    static Scale logarithmic(double min, double max) {
        if (!(max >= min) || !(min > 0)) return new Scale(0.1, 10, true);
        double room = Math.max(1.15, Math.pow(max / min, 0.06));
        return new Scale(min / room, max * room, true);
    }

    /** Exactly from low to high, as for a fraction or the horizontal axis. */
    static Scale exact(double low, double high) {
        return new Scale(low, high > low ? high : low + 1, false);
    }

    /** Where a value lies: 0 at the low end, 1 at the high end, never beyond. */
    double position(double value) {
        double at = logarithmic ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
        return Math.min(1, Math.max(0, at));
    }

    List<Double> ticks() {
        return logarithmic ? logTicks() : linearTicks();
    }

    private List<Double> linearTicks() {
        double step = round((high - low) / TICKS);
        List<Double> ticks = new ArrayList<>();
        for (double i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++) ticks.add(i * step + 0.0);
        return ticks;
    }

    /** The nearest of 1, 2, 5 times a power of ten. */
    private static double round(double rough) {
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double factor = rough / power;
        return power * (factor < 1.5 ? 1 : factor < 3.5 ? 2 : factor < 7.5 ? 5 : 10);
    }

    private List<Double> logTicks() {
        double decades = Math.log10(high / low);
        if (decades < 0.5) return linearTicks();
        int[] factors = decades > 3 ? new int[] {1} : decades > 1.2 ? new int[] {1, 3} : new int[] {1, 2, 3, 5, 7};
        int every = (int) Math.max(1, Math.ceil(decades / 6));
        List<Double> ticks = new ArrayList<>();
        for (int power = (int) Math.floor(Math.log10(low)); power <= Math.log10(high); power += every)
            for (int factor : factors) {
                double tick = factor * Math.pow(10, power);
                if (tick >= low && tick <= high) ticks.add(tick);
            }
        return ticks;
    }
}
