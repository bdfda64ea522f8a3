package rubato.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Short runs under faults, all of them real processes; {@code rubato chaos} and the scripts under bench do the long ones. */
@Tag("process")
@Timeout(240)
class ChaosProcessTest {

    @TempDir
    Path home;

    @BeforeEach
    void data() throws IOException {
        SmallRows.write(home.resolve("rows.svm"));
        Files.writeString(home.resolve("job.conf"), """
                run.name = chaos
                data { format = libsvm, train = "%s", test-fraction = 0.1 }
                model.kind = logistic
                batch.initial = 60
                workers { count = 3, standby = 1 }
                """.formatted(home.resolve("rows.svm")));
    }

    private JsonObject chaos(String... arguments) {
        List<String> all = new ArrayList<>(List.of(
                "chaos",
                "-c",
                home.resolve("job.conf").toString(),
                "--run-dir",
                home.resolve("run").toString(),
                "--calm",
                "1",
                "--every",
                "0.3",
                "--seed",
                "5",
                "--json"));
        all.addAll(List.of(arguments));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Main.run(all.toArray(String[]::new), stream(out), stream(err));
        JsonObject json =
                JsonParser.parseString(out.toString(StandardCharsets.UTF_8)).getAsJsonObject();
        assertThat(code).as(json + "\n" + err.toString(StandardCharsets.UTF_8)).isZero();
        assertThat(json.getAsJsonArray("violations")).isEmpty();
        assertThat(json.get("steps_lost").getAsLong()).isZero();
        return json;
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    @Test
    void a_run_survives_kills_pauses_leaves_and_changes_of_size() {
        JsonObject json = chaos("--faults", "8", "--only", "kill,kill-two,pause,leave,scale");
        int faults = json.getAsJsonObject("faults").asMap().values().stream()
                .mapToInt(count -> count.getAsInt())
                .sum();
        assertThat(faults).isEqualTo(8);
        assertThat(json.getAsJsonObject("recovery_ms").asMap()).isNotEmpty();
    }

    @Test
    void a_run_survives_cut_links_flipped_bits_and_its_coordinator() {
        chaos("--faults", "6", "--apart", "--only", "cut,cut-one-way,flip,kill-coordinator");
    }

    @Test
    void after_everything_was_killed_three_times_recorded_steps_are_made_again() {
        JsonObject json = chaos("--faults", "3", "--only", "kill-launcher");
        assertThat(json.getAsJsonObject("faults").get("kill-launcher").getAsInt())
                .isEqualTo(3);
    }
}
