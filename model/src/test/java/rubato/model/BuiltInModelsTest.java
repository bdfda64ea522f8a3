package rubato.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import rubato.step.Evaluation;

class BuiltInModelsTest {
    static List<Case> cases() {
        return Case.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void the_gradient_is_the_slope_of_the_loss(Case test) {
        float[] parameters = test.parameters();
        float[] gradient = new float[parameters.length];
        GradientResult result = test.model().gradient(parameters, test.samples(5, 150), 8, gradient, GradientSink.NONE);
        double[] slope = Reference.gradient(test.reference(), parameters, test.data(), test.samples(5, 150));
        for (int i = 0; i < slope.length; i++) assertThat((double) gradient[i]).isCloseTo(slope[i], within(5e-4));
        double loss = Reference.sum(test.reference(), Reference.widened(parameters), test.data(), test.samples(5, 150));
        assertThat(result.lossSum()).isCloseTo(loss, within(loss * 1e-6));
        assertThat(result.samples()).isEqualTo(145);
        assertThat(result.finite()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void squared_norms_are_those_of_one_sample_gradients(Case test) {
        Model model = test.model();
        float[] parameters = test.parameters();
        float[] gradient = new float[parameters.length];
        double expected = 0;
        for (int i = 0; i < 40; i++) {
            model.gradient(parameters, test.samples(i, i + 1), 8, gradient, GradientSink.NONE);
            for (float g : gradient) expected += (double) g * g;
        }
        GradientResult result = model.gradient(parameters, test.samples(0, 40), 8, gradient, GradientSink.NONE);
        assertThat(result.squaredNorms()).isCloseTo(expected, within(expected * 2e-6));
        assertThat(result.units()).isEqualTo(40);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void every_segment_is_handed_over_once_and_final(Case test) {
        Model model = test.model();
        float[] parameters = test.parameters();
        float[] gradient = new float[parameters.length];
        float[] handed = new float[parameters.length];
        List<Segment> seen = new ArrayList<>();
        model.gradient(parameters, test.samples(0, 300), 8, gradient, segment -> {
            seen.add(segment);
            System.arraycopy(gradient, segment.offset(), handed, segment.offset(), segment.length());
        });
        assertThat(seen).containsExactlyInAnyOrderElementsOf(model.segments());
        assertThat(handed).isEqualTo(gradient);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void segments_tile_the_parameter_vector(Case test) {
        int end = 0;
        for (Segment segment : test.model().segments()) {
            assertThat(segment.offset()).isEqualTo(end);
            end += segment.length();
        }
        assertThat(end).isEqualTo(test.model().parameterCount());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void splitting_the_samples_changes_the_sums_by_rounding_only(Case test) {
        Model model = test.model();
        float[] parameters = test.parameters();
        float[] whole = new float[parameters.length];
        GradientResult all = model.gradient(parameters, test.samples(0, 300), 8, whole, GradientSink.NONE);
        float[] part = new float[parameters.length];
        double[] sum = new double[parameters.length];
        double loss = 0;
        long correct = 0;
        int[] cuts = {0, 1, 8, 107, 300};
        for (int i = 1; i < cuts.length; i++) {
            GradientResult one =
                    model.gradient(parameters, test.samples(cuts[i - 1], cuts[i]), 8, part, GradientSink.NONE);
            for (int j = 0; j < sum.length; j++) sum[j] += part[j];
            loss += one.lossSum();
            correct += one.correct();
        }
        for (int j = 0; j < sum.length; j++) assertThat((double) whole[j]).isCloseTo(sum[j], within(2e-4));
        assertThat(all.lossSum()).isCloseTo(loss, within(1e-9));
        assertThat(all.correct()).isEqualTo(correct);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void sparse_samples_give_the_gradient_of_dense_ones(Case test) {
        ArraySparse sparse = new ArraySparse(test.data());
        float[] parameters = test.parameters();
        float[] one = new float[parameters.length];
        float[] other = new float[parameters.length];
        GradientResult dense = test.model().gradient(parameters, test.samples(0, 300), 8, one, GradientSink.NONE);
        Model model = Models.make(test.spec(), sparse);
        GradientResult thin = model.gradient(parameters, Case.of(sparse, 0, 300), 8, other, GradientSink.NONE);
        for (int i = 0; i < one.length; i++) assertThat(other[i]).isCloseTo(one[i], within(2e-4f));
        assertThat(thin.lossSum()).isEqualTo(dense.lossSum());
        assertThat(thin.correct()).isEqualTo(dense.correct());
        assertThat(thin.squaredNorms()).isCloseTo(dense.squaredNorms(), within(1e-9 * dense.squaredNorms()));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void evaluation_counts_what_the_gradient_counts(Case test) {
        Model model = test.model();
        float[] parameters = test.parameters();
        GradientResult result =
                model.gradient(parameters, test.samples(0, 300), 8, new float[parameters.length], GradientSink.NONE);
        Evaluation evaluation = model.evaluate("test", parameters, test.samples(0, 300));
        assertThat(evaluation).isEqualTo(new Evaluation("test", 300, result.lossSum(), result.correct()));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void predictions_are_probabilities_whose_logarithms_make_the_loss(Case test) {
        Model model = test.model();
        float[] parameters = test.parameters();
        for (int i = 0; i < 20; i++) {
            float[] p = model.predict(parameters, test.samples(i, i + 1));
            float sum = 0;
            for (float one : p) sum += one;
            assertThat(p).hasSize(test.data().classes());
            assertThat(sum).isCloseTo(1, within(1e-5f));
            double loss =
                    model.evaluate("one", parameters, test.samples(i, i + 1)).lossSum();
            assertThat(-Math.log(p[test.data().label(i)])).isCloseTo(loss, within(1e-4));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void what_was_computed_before_leaves_no_trace(Case test) {
        float[] parameters = test.parameters();
        float[] fresh = new float[parameters.length];
        test.model().gradient(parameters, test.samples(3, 90), 8, fresh, GradientSink.NONE);
        Model used = test.model();
        float[] again = new float[parameters.length];
        Arrays.fill(again, 5f);
        used.evaluate("train", parameters, test.samples(0, 300));
        used.gradient(parameters, test.samples(100, 300), 8, again, GradientSink.NONE);
        used.gradient(parameters, test.samples(3, 90), 8, again, GradientSink.NONE);
        assertThat(again).isEqualTo(fresh);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void a_parameter_that_is_not_a_number_is_reported(Case test) {
        float[] parameters = test.parameters();
        parameters[parameters.length / 2] = Float.NaN;
        GradientResult result = test.model()
                .gradient(parameters, test.samples(0, 200), 8, new float[parameters.length], GradientSink.NONE);
        assertThat(result.finite()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void no_samples_give_no_gradient(Case test) {
        float[] parameters = test.parameters();
        float[] gradient = new float[parameters.length];
        Arrays.fill(gradient, 1f);
        List<Segment> seen = new ArrayList<>();
        GradientResult result = test.model().gradient(parameters, test.samples(4, 4), 8, gradient, seen::add);
        assertThat(result).isEqualTo(new GradientResult(0, 0, 0, 0, 0, true));
        assertThat(gradient).containsOnly(0f);
        assertThat(seen).containsExactlyInAnyOrderElementsOf(test.model().segments());
    }
}
