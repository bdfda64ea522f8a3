package rubato.config;

/** Which finite numbers are allowed: from {@code min}, itself included or not, to {@code max}, likewise. */
record Bounds(double min, boolean minIncluded, double max, boolean maxIncluded) {
    static final Bounds NOT_NEGATIVE = new Bounds(0, true, Double.POSITIVE_INFINITY, false);
    static final Bounds POSITIVE = new Bounds(0, false, Double.POSITIVE_INFINITY, false);
    /** (0, 1). */
    static final Bounds INSIDE = new Bounds(0, false, 1, false);
    /** (0, 1]. */
    static final Bounds PART = new Bounds(0, false, 1, true);
    /** [0, 1). */
    static final Bounds FRACTION = new Bounds(0, true, 1, false);
    /** [0, 1]. */
    static final Bounds UNIT = new Bounds(0, true, 1, true);

    static Bounds atLeast(double min) {
        return new Bounds(min, true, Double.POSITIVE_INFINITY, false);
    }

    boolean contains(double number) {
        boolean above = minIncluded ? number >= min : number > min;
        boolean below = maxIncluded ? number <= max : number < max;
        return above && below && Double.isFinite(number);
    }

    @Override
    public String toString() {
        String low = (minIncluded ? ">= " : "> ") + trimmed(min);
        return "a number "
                + (Double.isInfinite(max) ? low : low + " and " + (maxIncluded ? "<= " : "< ") + trimmed(max));
    }

    static String text(long min, long max) {
        if (max == Long.MAX_VALUE || max == Integer.MAX_VALUE) {
            return min == Long.MIN_VALUE ? "of 64 bits" : ">= " + min;
        }
        return min + ".." + max;
    }

    private static String trimmed(double number) {
        return number == Math.rint(number) ? String.valueOf((long) number) : String.valueOf(number);
    }
}
