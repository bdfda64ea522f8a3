package rubato.model;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import rubato.data.Dataset;
import rubato.data.Samples;

/** A model to test, data for it, and the same loss in float64. */
record Case(String name, ModelSpec spec, ArrayDense data, Reference.Loss reference) {
    static final int SIZE = 300;
    private static final int FEATURES = 13;
    private static final int[] ALL = IntStream.range(0, SIZE).toArray();

    /** Every built-in model, with and without bias. */
    static List<Case> all() {
        ArrayDense ten = ArrayDense.random(SIZE, FEATURES, 10, 7);
        ArrayDense two = ArrayDense.random(SIZE, FEATURES, 2, 8);
        List<Case> cases = new ArrayList<>();
        for (boolean bias : new boolean[] {true, false}) {
            cases.add(of("softmax", bias, List.of(), ten, Reference.feedForward(List.of(FEATURES, 10), bias)));
            cases.add(of("mlp", bias, List.of(9), ten, Reference.feedForward(List.of(FEATURES, 9, 10), bias)));
            cases.add(of(
                    "mlp", bias, List.of(6, 17, 5), ten, Reference.feedForward(List.of(FEATURES, 6, 17, 5, 10), bias)));
            cases.add(of("logistic", bias, List.of(), two, Reference.logistic(bias)));
            cases.add(of("fm", bias, List.of(), two, Reference.factorizationMachine(3, bias)));
        }
        return cases;
    }

    private static Case of(String kind, boolean bias, List<Integer> hidden, ArrayDense data, Reference.Loss reference) {
        String name = kind + hidden + (bias ? " with bias" : " without bias");
        return new Case(name, new ModelSpec(kind, hidden, 3, bias, "he"), data, reference);
    }

    Model model() {
        return Models.make(spec, data);
    }

    /** Parameters away from zero, all of them: a bias of exactly 0 behind dead units would sit on the kink of ReLU. */
    float[] parameters() {
        Model model = model();
        float[] parameters = new float[model.parameterCount()];
        model.initialize(parameters, 3);
        for (int i = 0; i < parameters.length; i++) parameters[i] += (i % 7 - 2.7f) * 0.03f;
        return parameters;
    }

    Samples samples(int from, int to) {
        return of(data, from, to);
    }

    static Samples of(Dataset data, int from, int to) {
        return new Samples(data, ALL, from, to);
    }

    @Override
    public String toString() {
        return name;
    }
}
