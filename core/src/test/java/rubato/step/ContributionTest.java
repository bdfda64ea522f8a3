package rubato.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ContributionTest {
    private static final Contribution SOME = new Contribution(-1, 2, 300, 4, -5, true, -0.5, 7, Double.NaN, 9);

    @Test
    void what_is_encoded_is_decoded() {
        assertThat(Contribution.decode(SOME.encode())).isEqualTo(SOME);
    }

    @Test
    void words_that_no_rank_encodes_are_declared_errors() {
        assertThatThrownBy(() -> Contribution.decode(Arrays.copyOf(SOME.encode(), Contribution.WORDS - 1)))
                .isInstanceOf(IllegalArgumentException.class);
        for (long samples : new long[] {-1, Integer.MAX_VALUE + 1L, Long.MIN_VALUE, Long.MAX_VALUE}) {
            long[] words = SOME.encode();
            words[2] = samples;
            assertThatThrownBy(() -> Contribution.decode(words))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("contribution of " + samples + " samples");
        }
    }
}
