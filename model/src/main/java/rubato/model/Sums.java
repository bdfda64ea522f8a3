package rubato.model;

/** Running sums of one gradient or evaluation. */
final class Sums {
    double loss;
    double squaredNorms;
    long correct;

    GradientResult result(int samples, boolean gradientFinite) {
        boolean finite = gradientFinite && Double.isFinite(loss) && Double.isFinite(squaredNorms);
        return new GradientResult(samples, loss, correct, squaredNorms, samples, finite);
    }
}
