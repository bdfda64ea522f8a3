package rubato.signal;

import java.util.Arrays;
import java.util.Comparator;
import java.util.function.ToDoubleFunction;

/**
 * A deterministic minimizer without derivatives (Nelder and Mead 1965; coefficients 1, 2, ½, ½), restarted around its result
 * until a restart gains nothing, as a collapsed simplex may stop short of the minimum.
 */
final class NelderMead {
    private static final int RESTARTS = 20;

    private final ToDoubleFunction<double[]> function;
    private final int steps;

    NelderMead(ToDoubleFunction<double[]> function, int steps) {
        this.function = function;
        this.steps = steps;
    }

    /** A corner of the simplex and the function's value there. */
    private record Corner(double[] at, double value) {}

    /** The argument of the least value found from a start, first looking {@code size} away from it in each direction. */
    double[] minimize(double[] start, double size) {
        Corner best = corner(start);
        for (int i = 0; i < RESTARTS; i++) {
            Corner found = run(best, i % 2 == 0 ? size : -size / 2);
            if (!(found.value() < best.value() - 1e-10 * Math.abs(best.value()))) return found.at();
            best = found;
        }
        return best.at();
    }

    private Corner run(Corner start, double size) {
        int n = start.at().length;
        Corner[] simplex = new Corner[n + 1];
        simplex[n] = start;
        for (int i = 0; i < n; i++) {
            double[] at = start.at().clone();
            at[i] += size;
            simplex[i] = corner(at);
        }
        for (int i = 0; i < steps; i++) step(simplex);
        return Arrays.stream(simplex)
                .min(Comparator.comparingDouble(Corner::value))
                .orElseThrow();
    }

    private void step(Corner[] simplex) {
        Arrays.sort(simplex, Comparator.comparingDouble(Corner::value));
        int last = simplex.length - 1;
        double[] centre = centre(simplex);
        Corner reflected = along(centre, simplex[last], -1);
        if (reflected.value() < simplex[0].value()) {
            Corner expanded = along(centre, simplex[last], -2);
            simplex[last] = expanded.value() < reflected.value() ? expanded : reflected;
            return;
        }
        if (reflected.value() < simplex[last - 1].value()) {
            simplex[last] = reflected;
            return;
        }
        boolean outside = reflected.value() < simplex[last].value();
        Corner contracted = along(centre, simplex[last], outside ? -0.5 : 0.5);
        if (contracted.value() < Math.min(reflected.value(), simplex[last].value())) simplex[last] = contracted;
        else for (int i = 1; i <= last; i++) simplex[i] = along(simplex[0].at(), simplex[i], 0.5);
    }

    private static double[] centre(Corner[] simplex) {
        int n = simplex.length - 1;
        double[] centre = new double[n];
        for (int i = 0; i < n; i++)
            for (int k = 0; k < n; k++) centre[k] += simplex[i].at()[k] / n;
        return centre;
    }

    private Corner along(double[] from, Corner to, double part) {
        double[] at = new double[from.length];
        for (int k = 0; k < at.length; k++) at[k] = from[k] + part * (to.at()[k] - from[k]);
        return corner(at);
    }

    private Corner corner(double[] at) {
        double value = function.applyAsDouble(at);
        return new Corner(at, Double.isNaN(value) ? Double.POSITIVE_INFINITY : value);
    }
}
