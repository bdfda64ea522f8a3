package rubato.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import rubato.random.SplitMix;

class ExpTest {
    @Test
    void differs_from_the_exact_value_by_little_more_than_one_unit_in_the_last_place() {
        SplitMix random = new SplitMix(11);
        for (int i = 0; i < 200_000; i++) {
            double x = (random.nextDouble() * 2 - 1) * (i % 2 == 0 ? 1 : 708);
            double expected = StrictMath.exp(x);
            assertThat(Math.abs(Exp.of(x) - expected)).as("e^%s", x).isLessThanOrEqualTo(2 * Math.ulp(expected));
        }
    }

    @Test
    void keeps_the_ends_of_the_range() {
        assertThat(Exp.of(0)).isEqualTo(1);
        assertThat(Exp.of(Double.NEGATIVE_INFINITY)).isZero();
        assertThat(Exp.of(Double.POSITIVE_INFINITY)).isInfinite();
        assertThat(Exp.of(-745)).isEqualTo(StrictMath.exp(-745));
        assertThat(Exp.of(Double.NaN)).isNaN();
    }
}
