package rubato.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rubato.error.RubatoException;
import rubato.event.Summary;

class SummaryFileTest {
    @TempDir
    Path dir;

    @Test
    void the_keys_are_the_contract() {
        JsonObject json =
                JsonParser.parseString(SummaryFile.text(Samples.SUMMARY)).getAsJsonObject();

        assertThat(json.keySet())
                .containsExactly(
                        "status",
                        "stopped_by",
                        "steps",
                        "epochs",
                        "samples",
                        "train_loss",
                        "train_accuracy",
                        "test_loss",
                        "test_accuracy",
                        "wall_seconds",
                        "samples_per_second",
                        "workers",
                        "batch_initial",
                        "batch_final",
                        "noise_scale",
                        "decisions",
                        "bytes_sent",
                        "bytes_saved",
                        "state_hash");
        assertThat(json.getAsJsonPrimitive("state_hash").isString()).isTrue();
    }

    @Test
    void a_summary_comes_back_and_leaves_nothing_else_behind() {
        SummaryFile.write(dir, Samples.SUMMARY);
        SummaryFile.write(dir, Samples.SUMMARY);

        assertThat(SummaryFile.read(dir)).contains(Samples.SUMMARY);
        assertThat(dir.toFile().list()).containsExactly(SummaryFile.NAME);
    }

    @Test
    void an_unknown_number_is_null() {
        Summary failed = new Summary(
                "failed",
                "w1 lost",
                3,
                0,
                192,
                Double.NaN,
                Double.NaN,
                Double.NaN,
                Double.NaN,
                1,
                2,
                2,
                64,
                64,
                Double.POSITIVE_INFINITY,
                0,
                0,
                0,
                "");
        SummaryFile.write(dir, failed);

        assertThat(SummaryFile.text(failed)).contains("\"train_loss\": null", "\"noise_scale\": null");
        assertThat(SummaryFile.read(dir)).get().extracting(Summary::testLoss).isEqualTo(Double.NaN);
    }

    @Test
    void no_file_is_no_summary_and_a_damaged_one_is_an_error_that_names_it() throws IOException {
        assertThat(SummaryFile.read(dir)).isEmpty();

        Files.writeString(dir.resolve(SummaryFile.NAME), "{\"status\": \"do");
        assertThatThrownBy(() -> SummaryFile.read(dir))
                .isInstanceOf(RubatoException.class)
                .hasMessageContaining("summary.json is damaged");
    }
}
