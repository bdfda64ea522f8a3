package rubato.observe.chart;

/** The horizontal axis: steps, or time since the start in the unit that suits its length. */
public record Across(boolean time, double from, double to, double unit, String label) {
    public static Across steps(long last) {
        return new Across(false, 0, Math.max(1.0, (double) last), 1, "step");
    }

    public static Across time(double seconds) {
        double to = Math.max(1e-3, seconds);
        if (to < 180) return new Across(true, 0, to, 1, "seconds");
        if (to < 3 * 3600) return new Across(true, 0, to, 60, "minutes");
        return new Across(true, 0, to, 3600, "hours");
    }

    double first(Bucket bucket) {
        return (time ? bucket.firstSeconds() : bucket.firstStep()) / unit;
    }

    double last(Bucket bucket) {
        return (time ? bucket.lastSeconds() : bucket.lastStep()) / unit;
    }

    Scale scale() {
        return Scale.exact(from / unit, to / unit);
    }
}
