package rubato.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import rubato.data.Dataset;
import rubato.data.Samples;
import rubato.error.RubatoException;
import rubato.step.Evaluation;

class ModelsTest {
    private static final ArrayDense TEN = ArrayDense.random(50, 4, 10, 1);

    private static ModelSpec spec(String kind) {
        return new ModelSpec(kind, List.of(5), 2, true, "zeros");
    }

    private static void refused(ModelSpec spec, Dataset data, String... parts) {
        assertThatThrownBy(() -> Models.make(spec, data))
                .isInstanceOf(RubatoException.class)
                .hasMessageContainingAll(parts)
                .extracting(thrown -> ((RubatoException) thrown).kind())
                .isEqualTo(RubatoException.Kind.USAGE);
    }

    @Test
    void an_unknown_kind_is_refused_with_the_known_ones() {
        refused(spec("resnet"), TEN, "model.kind = resnet", "softmax, logistic, fm, mlp");
        refused(spec("com.example.Missing"), TEN, "com.example.Missing");
        refused(spec("java.lang.String"), TEN, "neither");
    }

    @Test
    void models_for_two_classes_refuse_ten() {
        refused(spec("logistic"), TEN, "logistic", "2 classes", "has 10");
        refused(spec("fm"), TEN, "fm", "2 classes", "has 10");
    }

    @Test
    void bad_settings_are_named_with_their_range() {
        refused(new ModelSpec("mlp", List.of(8, 0), 1, true, "he"), TEN, "model.hidden = [8, 0]", ">= 1");
        refused(new ModelSpec("mlp", List.of(8), 1, true, "xavier"), TEN, "model.init = xavier", "zeros or he");
        refused(new ModelSpec("fm", List.of(), 0, true, "he"), ArrayDense.random(5, 2, 2, 1), "model.factors = 0");
        refused(new ModelSpec("mlp", List.of(Integer.MAX_VALUE), 1, true, "he"), TEN, "more than 2^31 - 1 parameters");
    }

    @Test
    void a_class_is_made_by_its_name() {
        assertThat(Models.make(spec(Constant.class.getName()), TEN).kind()).isEqualTo("constant");
        assertThat(Models.make(spec(Provider.class.getName()), TEN).kind()).isEqualTo("softmax");
    }

    @Test
    void loss_at_zero_is_the_logarithm_of_the_class_count_and_ties_go_to_the_lowest_class() {
        Samples all = new Samples(TEN, IntStream.range(0, 50).toArray(), 0, 50);
        for (String kind : List.of("softmax", "mlp")) {
            Model model = Models.make(spec(kind), TEN);
            float[] parameters = new float[model.parameterCount()];
            model.initialize(parameters, 1);
            Evaluation evaluation = model.evaluate("train", parameters, all);
            assertThat(evaluation.loss()).isCloseTo(Math.log(10), within(1e-12));
            assertThat(evaluation.correct())
                    .isEqualTo(IntStream.of(TEN.labels())
                            .filter(label -> label == 0)
                            .count());
        }
    }

    @Test
    void a_logistic_score_of_zero_means_class_0() {
        ArrayDense two = ArrayDense.random(50, 4, 2, 1);
        Model model = Models.make(spec("logistic"), two);
        Evaluation evaluation = model.evaluate(
                "train",
                new float[model.parameterCount()],
                new Samples(two, IntStream.range(0, 50).toArray(), 0, 50));
        assertThat(evaluation.correct())
                .isEqualTo(
                        IntStream.of(two.labels()).filter(label -> label == 0).count());
        assertThat(evaluation.loss()).isCloseTo(Math.log(2), within(1e-12));
    }

    @Test
    void the_first_parameters_depend_on_the_seed_alone_and_have_the_spread_asked_for() {
        Dataset wide = ArrayDense.random(2, 200, 3, 1);
        Model model = Models.make(new ModelSpec("mlp", List.of(100), 1, true, "he"), wide);
        float[] one = new float[model.parameterCount()];
        float[] same = new float[model.parameterCount()];
        float[] other = new float[model.parameterCount()];
        model.initialize(one, 1);
        model.initialize(same, 1);
        model.initialize(other, 2);
        assertThat(same).isEqualTo(one);
        assertThat(other).isNotEqualTo(one);
        double squares = Kernels.scalar().squaredNorm(one, 0, 20_000);
        assertThat(squares / 20_000).isCloseTo(2.0 / 200, within(0.0005));
        assertThat(one[20_000]).isZero();
    }

    @Test
    void large_scores_neither_overflow_nor_lose_the_loss() {
        LogisticLoss logistic = new LogisticLoss();
        assertThat(logistic.loss(1000, 0)).isEqualTo(1000);
        assertThat(logistic.slope(0)).isEqualTo(1);
        assertThat(logistic.loss(-40, 0)).isCloseTo(StrictMath.exp(-40), within(1e-25));
        assertThat(logistic.loss(40, 1)).isCloseTo(StrictMath.exp(-40), within(1e-25));
        assertThat(logistic.slope(1)).isCloseTo(-StrictMath.exp(-40), within(1e-25));
        CrossEntropy softmax = new CrossEntropy(3);
        assertThat(softmax.loss(new float[] {1000, -1000, 0}, 0, 1)).isEqualTo(2000);
    }

    /** A provider that a user may have written. */
    public static final class Provider implements ModelProvider {
        @Override
        public List<String> kinds() {
            return List.of();
        }

        @Override
        public Model make(ModelSpec spec, Dataset data) {
            return Models.make(new ModelSpec("softmax", List.of(), 1, spec.bias(), spec.init()), data);
        }
    }

    /** A model that a user may have written. */
    public record Constant(ModelSpec spec, Dataset data) implements Model {
        @Override
        public String kind() {
            return "constant";
        }

        @Override
        public List<Segment> segments() {
            return List.of(new Segment("nothing", 0, 1, List.of(1)));
        }

        @Override
        public void initialize(float[] parameters, long seed) {}

        @Override
        public GradientResult gradient(
                float[] parameters, Samples samples, int microBatch, float[] gradient, GradientSink sink) {
            return new GradientResult(samples.count(), 0, 0, 0, samples.count(), true);
        }

        @Override
        public Evaluation evaluate(String set, float[] parameters, Samples samples) {
            return new Evaluation(set, samples.count(), 0, 0);
        }

        @Override
        public float[] predict(float[] parameters, Samples one) {
            return new float[data.classes()];
        }
    }
}
