package rubato.optim;

import java.util.List;

/** Configurations to test with. */
final class Specs {
    static final ScheduleSpec CONSTANT = new ScheduleSpec("constant", 0, 0, 0, List.of(), 1);
    static final double NO_CLIP = Double.POSITIVE_INFINITY;

    private Specs() {}

    static OptimizerSpec sgd(double momentum, boolean nesterov, double decay, double clip) {
        return new OptimizerSpec("sgd", 0.1, momentum, nesterov, decay, clip, 0.9, 0.999, 1e-8, CONSTANT);
    }

    static OptimizerSpec adam(String kind, double decay, double clip) {
        return new OptimizerSpec(kind, 0.1, 0, false, decay, clip, 0.9, 0.999, 1e-8, CONSTANT);
    }
}
