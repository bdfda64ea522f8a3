package rubato.djl;

/** Sums over flat vectors, in an order that never changes. */
final class Sums {
    private Sums() {}

    /** into += from. */
    static void add(float[] from, float[] into) {
        for (int i = 0; i < into.length; i++) into[i] += from[i];
    }

    /** Σ x², in float64 with eight interleaved partial sums. */
    static double squaredNorm(float[] x) {
        return squaredNorm(x, 0, x.length);
    }

    /** Σ x² over {@code x[from .. from + length)}, in float64 with eight interleaved partial sums. */
    static double squaredNorm(float[] x, int from, int length) {
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        double e = 0;
        double f = 0;
        double g = 0;
        double h = 0;
        int end = from + length;
        int i = from;
        for (; i + 8 <= end; i += 8) {
            a += (double) x[i] * x[i];
            b += (double) x[i + 1] * x[i + 1];
            c += (double) x[i + 2] * x[i + 2];
            d += (double) x[i + 3] * x[i + 3];
            e += (double) x[i + 4] * x[i + 4];
            f += (double) x[i + 5] * x[i + 5];
            g += (double) x[i + 6] * x[i + 6];
            h += (double) x[i + 7] * x[i + 7];
        }
        for (; i < end; i++) a += (double) x[i] * x[i];
        return ((a + b) + (c + d)) + ((e + f) + (g + h));
    }
}
