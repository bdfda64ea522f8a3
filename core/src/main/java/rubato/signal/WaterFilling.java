package rubato.signal;

import java.util.Arrays;
import java.util.List;

/**
 * The split of a batch that makes every rank finish at the same time: b_i(T) = clip((T − s_i)/q_i, low, high) with T such that
 * Σ b_i = B; without bounds T = (B + Σ s_i/q_i) / Σ 1/q_i.
 *
 * <p>Σ b_i(T) is piecewise linear and rises; its corners are where a rank leaves its lower bound or reaches its upper one.
 * The corner below T is found by bisection over the sorted corners, T itself by one interpolation: exact, O(n log n).
 */
public final class WaterFilling {
    private final double[] start;
    private final double[] perSample;
    private final double low;
    private final double high;

    private WaterFilling(List<LinearFit> fits, double low, double high) {
        start = fits.stream().mapToDouble(LinearFit::startNanos).toArray();
        perSample = fits.stream().mapToDouble(f -> positive(f.perSampleNanos())).toArray();
        this.low = low;
        this.high = high;
    }

    /** A rank whose time does not grow with its samples is taken as very fast, not as infinitely fast. */
    private static double positive(double perSampleNanos) {
        return Math.max(perSampleNanos, 1e-3);
    }

    /**
     * Samples per rank, not yet rounded; they sum to {@code batch} up to rounding.
     *
     * @param fits time against samples of each rank
     * @param low least samples of a rank
     * @param high most samples of a rank
     */
    public static double[] split(List<LinearFit> fits, double batch, double low, double high) {
        int n = fits.size();
        if (n < 1) throw new IllegalArgumentException("ranks must be >= 1, was 0");
        if (!(low >= 0) || low * n > batch || high * n < batch) {
            throw new IllegalArgumentException(
                    n + " ranks with " + low + ".." + high + " samples each cannot hold a batch of " + batch);
        }
        return new WaterFilling(fits, low, high).solve(batch);
    }

    private double[] solve(double batch) {
        double[] corners = new double[2 * start.length];
        for (int i = 0; i < start.length; i++) {
            corners[2 * i] = start[i] + perSample[i] * low;
            corners[2 * i + 1] = start[i] + perSample[i] * high;
        }
        Arrays.sort(corners);
        int below = 0;
        int above = corners.length - 1;
        while (above - below > 1) {
            int middle = (below + above) >>> 1;
            if (held(corners[middle]) <= batch) below = middle;
            else above = middle;
        }
        return at(between(corners[below], corners[above], batch));
    }

    private double between(double from, double to, double batch) {
        double heldFrom = held(from);
        double heldTo = held(to);
        if (!(heldTo > heldFrom)) return from;
        return from + (to - from) * Math.min(1, (batch - heldFrom) / (heldTo - heldFrom));
    }

    private double held(double time) {
        double sum = 0;
        for (int i = 0; i < start.length; i++) sum += held(i, time);
        return sum;
    }

    private double held(int rank, double time) {
        return Math.min(high, Math.max(low, (time - start[rank]) / perSample[rank]));
    }

    private double[] at(double time) {
        double[] split = new double[start.length];
        for (int i = 0; i < split.length; i++) split[i] = held(i, time);
        return split;
    }
}
