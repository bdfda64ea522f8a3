package rubato.model;

import java.util.List;
import rubato.data.Dataset;
import rubato.error.RubatoException;

/** Makes the built-in models and says what does not fit. */
final class BuiltIn {
    private BuiltIn() {}

    static Model make(ModelSpec spec, Dataset data) {
        check(spec);
        Kernels kernels = Kernels.best();
        return switch (spec.kind()) {
            case "softmax" -> new FeedForward(spec, List.of(), new CrossEntropy(data.classes()), data, kernels);
            case "mlp" -> new FeedForward(spec, spec.hidden(), new CrossEntropy(data.classes()), data, kernels);
            case "logistic" -> {
                requireTwoClasses(spec, data);
                yield new FeedForward(spec, List.of(), new LogisticLoss(), data, kernels);
            }
            case "fm" -> {
                requireTwoClasses(spec, data);
                yield new FactorizationMachine(spec, data, kernels);
            }
            default -> throw new IllegalArgumentException("not built in: " + spec.kind());
        };
    }

    private static void check(ModelSpec spec) {
        if (!spec.init().equals("zeros") && !spec.init().equals("he"))
            throw RubatoException.usage("model.init = " + spec.init() + " must be zeros or he");
        if (spec.kind().equals("fm") && spec.factors() < 1)
            throw RubatoException.usage("model.factors = " + spec.factors() + " must be >= 1");
        if (!spec.kind().equals("mlp")) return;
        for (int width : spec.hidden())
            if (width < 1) throw RubatoException.usage("model.hidden = " + spec.hidden() + " must have widths >= 1");
    }

    private static void requireTwoClasses(ModelSpec spec, Dataset data) {
        if (data.classes() == 2) return;
        throw RubatoException.usage(
                        "model.kind = " + spec.kind() + " tells 2 classes apart, the data has " + data.classes())
                .remedy("use model.kind = softmax or mlp");
    }
}
