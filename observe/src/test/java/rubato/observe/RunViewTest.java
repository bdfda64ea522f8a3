package rubato.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rubato.error.RubatoException;
import rubato.event.Event;

class RunViewTest {
    @TempDir
    Path runs;

    @Test
    void a_run_is_told_with_summary_decisions_evaluations_and_workers() {
        RunView view = RunView.of(run("a", Samples.all()));

        assertThat(view.summary()).isEqualTo(Samples.SUMMARY);
        assertThat(view.decisions())
                .singleElement()
                .extracting(RunView.DecisionRow::change)
                .isEqualTo("batch 64 -> 128");
        assertThat(view.text())
                .contains("84.20%", "noise scale above batch", "applied", "4711", "end of run", "the disk is slow");
        JsonObject json = JsonParser.parseString(view.json()).getAsJsonObject();
        assertThat(json.getAsJsonObject("summary").get("state_hash").getAsString())
                .isEqualTo("9f3c");
        assertThat(json.getAsJsonArray("evaluations")).hasSize(1);
        assertThat(json.getAsJsonArray("workers")).hasSize(2);
    }

    @Test
    void a_run_that_goes_on_is_told_by_its_events() {
        RunView view =
                RunView.of(run("a", List.of(Samples.step(1, 2), Samples.decided(1, 128, true), Samples.step(7, 1))));

        assertThat(view.summary().status()).isEqualTo("unfinished");
        assertThat(view.summary().steps()).isEqualTo(7);
        assertThat(view.summary().decisions()).isOne();
        assertThat(view.text()).contains("unfinished");
    }

    @Test
    void a_directory_without_a_run_is_an_error_that_says_so() {
        assertThatThrownBy(() -> RunView.of(runs.resolve("none")))
                .isInstanceOf(RubatoException.class)
                .hasMessageContaining("no run directory at");
        assertThatThrownBy(() -> RunView.of(runs))
                .isInstanceOf(RubatoException.class)
                .hasMessageContaining("no run in");
    }

    @Test
    void runs_are_listed_newest_first_whatever_state_they_are_in() throws IOException {
        Path done = run("done", Samples.all());
        SummaryFile.write(done, Samples.SUMMARY);
        Path broken = run("broken", Samples.all());
        Files.writeString(broken.resolve(SummaryFile.NAME), "{");
        Path open = run("open", List.of());
        Files.createDirectory(runs.resolve("no-run"));
        age(done, 1000);
        age(broken, 3000);
        age(open, 2000);

        RunIndex index = RunIndex.list(runs);

        assertThat(index.rows()).extracting(RunIndex.Row::name).containsExactly("broken", "open", "done");
        assertThat(index.rows()).extracting(RunIndex.Row::status).containsExactly("damaged", "unfinished", "done");
        assertThat(index.text().lines()).hasSize(4).last().asString().contains("938", "84.20%", "1970-01-01 00:00");
        assertThat(JsonParser.parseString(index.json()).getAsJsonArray()).hasSize(3);
        assertThat(RunIndex.list(runs.resolve("none")).rows()).isEmpty();
    }

    private static void age(Path run, long epochMillis) throws IOException {
        Files.setLastModifiedTime(run.resolve(EventFile.NAME), FileTime.fromMillis(epochMillis));
    }

    private Path run(String name, List<Event> events) {
        Path dir = runs.resolve(name);
        try {
            Files.createDirectories(dir);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        try (EventLog log = new EventLog(dir.resolve(EventFile.NAME), trouble -> {})) {
            for (Event event : events) log.on(1000, event);
        }
        return dir;
    }
}
