package rubato.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import rubato.random.SplitMix;

class SharesTest {
    @Test
    void counts_sum_to_the_batch_and_are_within_one_of_the_exact_part() {
        SplitMix random = new SplitMix(11);
        for (int trial = 0; trial < 3000; trial++) {
            Shares shares = random(random);
            int batch = random.nextInt(trial % 2 == 0 ? 50 : 10_000_000);
            int[] counts = shares.counts(batch);
            assertThat(Arrays.stream(counts).asLongStream().sum())
                    .as("seed 11, trial " + trial)
                    .isEqualTo(batch);
            for (int r = 0; r < counts.length; r++) {
                double exact = shares.fractions().get(r) * batch;
                assertThat(counts[r]).as("seed 11, trial " + trial).isNotNegative();
                assertThat(Math.abs(counts[r] - exact))
                        .as("seed 11, trial " + trial)
                        .isLessThan(1 + 2e-6 * batch);
            }
        }
    }

    @Test
    void a_rank_without_a_share_gets_no_sample() {
        assertThat(Shares.of(0, 0.9999992).counts(4_000_000)).containsExactly(0, 4_000_000);
        assertThat(Shares.of(0, 0.5, 0.5000009).counts(4_000_000)[0]).isZero();
    }

    @Test
    void shares_written_in_decimals_give_the_decimal_counts() {
        assertThat(Shares.of(0.7, 0.2, 0.1).counts(10)).containsExactly(7, 2, 1);
        assertThat(Shares.of(0.7, 0.2, 0.1).counts(256)).containsExactly(179, 51, 26);
        assertThat(Shares.of(0.1, 0.2, 0.7).counts(1000)).containsExactly(100, 200, 700);
    }

    @Test
    void ties_go_to_the_lower_rank() {
        assertThat(Shares.equal(3).counts(10)).containsExactly(4, 3, 3);
        assertThat(Shares.equal(7).counts(3)).containsExactly(1, 1, 1, 0, 0, 0, 0);
        assertThat(Shares.equal(4).counts(0)).containsOnly(0);
    }

    @Test
    void shares_that_are_no_division_are_refused() {
        assertThatThrownBy(() -> Shares.of(0.5, 0.6)).hasMessageContaining("sum was 1.1");
        assertThatThrownBy(() -> Shares.of(-0.5, 1.5)).hasMessageContaining(">= 0, was -0.5");
        assertThatThrownBy(() -> Shares.of(Double.NaN, 1)).hasMessageContaining("NaN");
        assertThatThrownBy(Shares::of).hasMessageContaining("at least one rank");
    }

    private static Shares random(SplitMix random) {
        double[] parts = new double[1 + random.nextInt(9)];
        double sum = 0;
        for (int r = 0; r < parts.length; r++) {
            parts[r] = random.nextInt(5) == 0 ? 0 : random.nextDouble();
            sum += parts[r];
        }
        if (sum == 0) return Shares.equal(parts.length);
        double skew = 1 + (random.nextDouble() - 0.5) * 1.8e-6;
        for (int r = 0; r < parts.length; r++) parts[r] *= skew / sum;
        return Shares.of(parts);
    }
}
