package rubato.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import rubato.data.Dataset;
import rubato.data.SparseDataset;
import rubato.error.RubatoException;
import rubato.model.ModelProvider;
import rubato.model.ModelSpec;

class DjlModelProviderTest {
    private final DjlModelProvider provider = new DjlModelProvider();

    @Test
    void it_is_found_by_the_service_loader() {
        assertThat(ServiceLoader.load(ModelProvider.class)).hasAtLeastOneElementOfType(DjlModelProvider.class);
    }

    @Test
    void it_accepts_its_kinds_and_classes_that_are_blocks_or_suppliers_of_one() {
        assertThat(provider.accepts("djl-mlp")).isTrue();
        assertThat(provider.accepts("djl-cnn")).isTrue();
        assertThat(provider.accepts(OneHidden.class.getName())).isTrue();
        assertThat(provider.accepts(WithDropout.class.getName())).isTrue();
        assertThat(provider.accepts("mlp")).isFalse();
        assertThat(provider.accepts("no.such.Block")).isFalse();
        assertThat(provider.accepts("java.lang.String")).isFalse();
    }

    @Test
    void sparse_data_is_refused() {
        usage("djl-mlp", new OneWord(), "needs dense data");
    }

    @Test
    void images_too_small_for_the_convolutions_are_refused() {
        usage("djl-cnn", RandomImages.flat(10, 20, 2), "at least 16 x 16, the data has 1 x 20");
    }

    @Test
    void a_width_below_one_is_refused() {
        assertThatThrownBy(() -> provider.make(spec("djl-mlp", List.of(0)), RandomImages.flat(10, 20, 2)))
                .hasMessageContaining("widths >= 1, was [0]");
    }

    private void usage(String kind, Dataset data, String message) {
        assertThatThrownBy(() -> provider.make(spec(kind, List.of(8)), data))
                .hasMessageContaining(message)
                .isInstanceOfSatisfying(
                        RubatoException.class, e -> assertThat(e.kind()).isEqualTo(RubatoException.Kind.USAGE));
    }

    private static ModelSpec spec(String kind, List<Integer> hidden) {
        return new ModelSpec(kind, hidden, 0, true, "he");
    }

    /** One sample without a feature. */
    private record OneWord() implements SparseDataset {
        @Override
        public int size() {
            return 1;
        }

        @Override
        public int features() {
            return 9;
        }

        @Override
        public int classes() {
            return 2;
        }

        @Override
        public int label(int sample) {
            return 0;
        }

        @Override
        public int nonZeros(int sample) {
            return 0;
        }

        @Override
        public int maxNonZeros() {
            return 0;
        }

        @Override
        public int copy(int sample, int[] indices, float[] values) {
            return 0;
        }
    }
}
