package rubato.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import rubato.random.SplitMix;

class WaterFillingTest {
    @Test
    void without_bounds_it_is_the_closed_form() {
        List<LinearFit> fits = List.of(new LinearFit(100, 1, true), new LinearFit(50, 3, true));
        double time = (1000 + 100 / 1.0 + 50 / 3.0) / (1 + 1 / 3.0);
        double[] split = WaterFilling.split(fits, 1000, 0, 1000);
        assertThat(split[0]).isCloseTo(time - 100, within(1e-6));
        assertThat(split[1]).isCloseTo((time - 50) / 3, within(1e-6));
    }

    @Test
    void everybody_between_the_bounds_finishes_together_and_the_rest_sit_on_a_bound_for_a_reason() {
        for (long seed = 0; seed < 500; seed++) {
            SplitMix random = new SplitMix(seed);
            List<LinearFit> fits = new ArrayList<>();
            int n = 1 + random.nextInt(8);
            for (int r = 0; r < n; r++)
                fits.add(new LinearFit(random.nextDouble() * 1e5, random.nextInt(9) * 100, true));
            double batch = n + random.nextInt(5000);
            double high = batch / n * (1 + random.nextDouble() * n);
            double[] split = WaterFilling.split(fits, batch, 1, high);
            assertThat(Arrays.stream(split).sum()).as("seed " + seed).isCloseTo(batch, within(1e-6 * batch));
            double time = 0;
            for (int r = 0; r < n; r++)
                if (split[r] > 1 + 1e-9) time = Math.max(time, fits.get(r).nanos(split[r]));
            for (int r = 0; r < n; r++) {
                assertThat(split[r]).as("seed " + seed).isBetween(1 - 1e-9, high * (1 + 1e-9));
                if (split[r] < high * (1 - 1e-9) && split[r] > 1 + 1e-9)
                    assertThat(fits.get(r).nanos(split[r])).as("seed " + seed).isCloseTo(time, within(1e-3 * time + 1));
            }
        }
    }

    @Test
    void bounds_that_cannot_hold_the_batch_are_refused() {
        List<LinearFit> fits = List.of(new LinearFit(0, 1, true), new LinearFit(0, 1, true));
        assertThatThrownBy(() -> WaterFilling.split(fits, 100, 0, 40)).hasMessageContaining("cannot hold");
        assertThatThrownBy(() -> WaterFilling.split(fits, 1, 1, 40)).hasMessageContaining("cannot hold");
    }
}
