package rubato.observe.chart;

/** Neighbouring points of a series as one: where they begin and end, and lowest, highest, mean and last of their values. */
record Bucket(
        long count,
        double firstStep,
        double lastStep,
        double firstSeconds,
        double lastSeconds,
        double min,
        double max,
        double sum,
        double last) {
    static Bucket of(double step, double seconds, double value) {
        return new Bucket(1, step, step, seconds, seconds, value, value, value, value);
    }

    Bucket plus(Bucket next) {
        return new Bucket(
                count + next.count,
                firstStep,
                next.lastStep,
                firstSeconds,
                next.lastSeconds,
                Math.min(min, next.min),
                Math.max(max, next.max),
                sum + next.sum,
                next.last);
    }

    /** Never outside of what was seen, whatever rounding does. */
    double mean() {
        return Math.min(max, Math.max(min, sum / count));
    }
}
