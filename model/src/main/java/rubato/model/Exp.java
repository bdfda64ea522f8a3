package rubato.model;

/** e^x in float64 with the same bits everywhere, within one unit in the last place of the true value, and several times faster than {@link StrictMath#exp}. */
public final class Exp {
    private static final double LOG2_E = 1.4426950408889634;
    /** ln 2 cut to 32 significant bits, so that n·LN2_HIGH is exact; the rest below (fdlibm's e_exp.c). */
    private static final double LN2_HIGH = 6.93147180369123816490e-01;

    private static final double LN2_LOW = 1.90821492927058770002e-10;
    /** Adding and subtracting 1.5·2^52 rounds to the nearest integer. */
    private static final double ROUND = 0x1.8p52;

    private static final double LARGEST = 709.0;
    private static final double SMALLEST = -708.0;

    private Exp() {}

    /** e^x; outside [-708, 709], and for NaN, by {@link StrictMath#exp}. */
    public static double of(double x) {
        if (!(x >= SMALLEST && x <= LARGEST)) return StrictMath.exp(x);
        double n = (x * LOG2_E + ROUND) - ROUND;
        double high = x - n * LN2_HIGH;
        double r = high - n * LN2_LOW;
        return reduced(r) * Double.longBitsToDouble(((long) n + 1023) << 52);
    }

    /** Taylor's series to r^13/13!, |r| <= ln(2)/2: the first term left out is below 2^-58. */
    private static double reduced(double r) {
        double p = 1.0 / 6227020800.0;
        p = Math.fma(p, r, 1.0 / 479001600.0);
        p = Math.fma(p, r, 1.0 / 39916800.0);
        p = Math.fma(p, r, 1.0 / 3628800.0);
        p = Math.fma(p, r, 1.0 / 362880.0);
        p = Math.fma(p, r, 1.0 / 40320.0);
        p = Math.fma(p, r, 1.0 / 5040.0);
        p = Math.fma(p, r, 1.0 / 720.0);
        p = Math.fma(p, r, 1.0 / 120.0);
        p = Math.fma(p, r, 1.0 / 24.0);
        p = Math.fma(p, r, 1.0 / 6.0);
        p = Math.fma(p, r, 0.5);
        p = Math.fma(p, r * r, r);
        return 1.0 + p;
    }
}
