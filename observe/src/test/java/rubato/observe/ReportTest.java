package rubato.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rubato.event.Event;
import rubato.plan.Plan;
import rubato.policy.Decision;
import rubato.signal.NoiseEstimate;

class ReportTest {
    private static final String HOSTILE = "</script><script>alert(\"1\")</script>'\u202e";

    @TempDir
    Path dir;

    @Test
    void a_run_is_shown_with_all_its_curves_decisions_and_figures() throws IOException {
        Files.writeString(dir.resolve("config.conf"), "run { name = quickstart }");
        String page = page(Samples.all());

        for (String title : List.of(
                "Loss",
                "Loss over time",
                "Accuracy",
                "Accuracy over time",
                "Batch and noise scale",
                "Learning rate",
                "Throughput",
                "Shares",
                "Time of a step")) assertThat(page).contains("<h3>" + title + "</h3>");
        assertThat(page).contains("84.20%", "batch 64 → 128", "noise scale above batch", "applied", "<b>1.1k</b>");
        assertThat(page).contains("run { name = quickstart }", "9f3c", "the disk is slow", "end of run", "4711");
    }

    @Test
    void nothing_is_fetched_from_anywhere_and_only_its_own_script_may_run() throws IOException {
        String page = page(Samples.all());

        assertThat(page)
                .doesNotContainPattern("(?i)(src|href)=")
                .doesNotContain("http://", "https://", "@import", "url(");
        assertThat(page).contains("default-src 'none'").containsPattern("script-src 'sha256-[A-Za-z0-9+/=]{44}'");
    }

    @Test
    void hostile_text_is_shown_and_never_run() throws IOException {
        Plan plan = Samples.PLAN;
        Decision decision = Decision.change(plan.withGlobalBatch(128), HOSTILE, HOSTILE, List.of());
        Files.writeString(dir.resolve("config.conf"), HOSTILE);
        String page = page(List.of(
                new Event.RunStarted(HOSTILE, HOSTILE, HOSTILE, 2, 1, 1, 1),
                new Event.GenerationStarted("1.1", List.of(HOSTILE, "w1"), plan),
                Samples.step(1, 1),
                new Event.Decided(1, plan, decision),
                new Event.Warning(HOSTILE),
                new Event.WorkerLeft(HOSTILE, HOSTILE)));

        assertThat(page.split("<script", -1)).hasSize(2);
        assertThat(page).doesNotContain("alert(\"", "\u202e").contains("&lt;script&gt;alert(&quot;1&quot;)");
    }

    @Test
    void coordinates_are_always_numbers() throws IOException {
        List<Event> events = new ArrayList<>(Samples.all());
        for (double loss : new double[] {Double.NaN, Double.POSITIVE_INFINITY, 1e300, -1e-300, 0})
            events.add(new Event.StepCommitted(
                    5, 0, 0, 1, loss, loss, 64, loss, NoiseEstimate.NONE, loss, Double.NaN, 0, 0));

        assertThat(page(events)).doesNotContain("NaN").doesNotContain("Infinity");
    }

    @Test
    void a_run_without_evaluations_or_end_and_one_without_anything_are_shown_as_unfinished() throws IOException {
        assertThat(page(List.of(Samples.step(1, 2.3)))).contains("unfinished", "<h3>Loss</h3>");

        Path empty = Files.createDirectory(dir.resolve("empty"));
        Report.write(empty);
        assertThat(Files.readString(empty.resolve(Report.NAME))).contains("unfinished", "nothing was measured");
    }

    @Test
    void a_long_run_makes_a_page_of_bounded_size() throws IOException {
        List<Event> events = new ArrayList<>();
        for (int step = 1; step <= 30_000; step++) {
            events.add(Samples.step(step, 1.0 / step));
            if (step % 10 == 0) events.add(Samples.decided(step, 128, true));
        }

        String page = page(events);

        assertThat(page.length()).isLessThan(400_000);
        assertThat(page).contains("2,700 in the middle are left out here");
        Matcher curves = Pattern.compile("data-x=\"([^\"]*)\"").matcher(page);
        while (curves.find()) assertThat(curves.group(1).split(" ")).hasSizeLessThanOrEqualTo(2000);
    }

    private String page(List<Event> events) throws IOException {
        Files.deleteIfExists(dir.resolve(EventFile.NAME));
        try (EventLog log = new EventLog(dir.resolve(EventFile.NAME), trouble -> {})) {
            long time = 1_700_000_000_000L;
            for (Event event : events) log.on(time += 10, event);
        }
        Report.write(dir);
        return Files.readString(dir.resolve(Report.NAME));
    }
}
