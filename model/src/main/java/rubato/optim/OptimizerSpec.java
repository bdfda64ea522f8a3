package rubato.optim;

/**
 * An optimizer as configured.
 *
 * @param kind sgd, adam, adamw
 * @param learningRate >= 0 (0: measure only)
 * @param clipNorm largest norm of the mean gradient; +infinity for none
 */
public record OptimizerSpec(
        String kind,
        double learningRate,
        double momentum,
        boolean nesterov,
        double weightDecay,
        double clipNorm,
        double beta1,
        double beta2,
        double epsilon,
        ScheduleSpec schedule) {}
