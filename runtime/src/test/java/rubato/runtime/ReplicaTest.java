package rubato.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rubato.config.RunConfig;
import rubato.data.Split;
import rubato.model.Model;
import rubato.step.Cursor;
import rubato.step.StepTotals;

class ReplicaTest {
    @TempDir
    Path home;

    @Test
    void no_bit_of_parameters_or_optimizer_state_can_flip_unseen() throws Exception {
        RunConfig config = new Jobs(home).config("optimizer.kind=adam");
        Split data = Setup.data(config, home, line -> {});
        try (Model model = Setup.model(config, data)) {
            Replica replica = Setup.replica(config, model, data);
            float[] gradient = new float[model.parameterCount()];
            Arrays.fill(gradient, 0.25f);
            StepTotals totals = new StepTotals(50, 30, 20, 10, 50, 7, true);
            replica.apply(1, Setup.plan(config), totals, gradient, 1, Cursor.START);
            long sound = replica.hash(1);
            assertThat(replica.hashAnew(1)).isEqualTo(sound);
            assertThat(replica.vectors()).hasSize(3);
            for (float[] vector : replica.vectors()) {
                for (int bit = 0; bit < Float.SIZE; bit++) {
                    int at = bit % vector.length;
                    flip(vector, at, bit);
                    assertThat(replica.hashAnew(1)).as("bit %d", bit).isNotEqualTo(sound);
                    flip(vector, at, bit);
                }
            }
            assertThat(replica.hashAnew(1)).isEqualTo(sound);
        }
    }

    private static void flip(float[] vector, int at, int bit) {
        vector[at] = Float.intBitsToFloat(Float.floatToRawIntBits(vector[at]) ^ 1 << bit);
    }
}
