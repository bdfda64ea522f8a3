package rubato.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import rubato.event.Event;
import rubato.seam.Clock;

class LiveLineTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    private long nanos;
    private final Clock clock = new Clock() {
        @Override
        public long nanos() {
            return nanos;
        }

        @Override
        public long epochMillis() {
            return 0;
        }
    };

    @Test
    void a_terminal_shows_one_line_at_most_ten_times_a_second() {
        LiveLine line = on(true, 200, Map.of());

        for (int step = 1; step <= 100; step++) {
            line.on(0, Samples.step(step, 1));
            nanos += TimeUnit.MILLISECONDS.toNanos(10);
        }

        assertThat(text().split("\r", -1)).hasSize(1 + 10);
        assertThat(text())
                .doesNotContain("\n")
                .contains("loss 1.0000", "20k samples/s", "batch 64", "noise 250", "12.5 s left");
    }

    @Test
    void elsewhere_a_plain_line_comes_every_five_seconds() {
        LiveLine line = on(false, 200, Map.of());

        for (int step = 1; step <= 100; step++) {
            line.on(0, Samples.step(step, 1));
            nanos += TimeUnit.MILLISECONDS.toNanos(100);
        }

        assertThat(text().lines()).hasSize(2).allMatch(plain -> plain.startsWith("epoch 0."));
        assertThat(text()).doesNotContain("\033", "\r");
    }

    @Test
    void the_live_line_never_wraps() {
        for (int width = 20; width < 140; width++) {
            String shown = ProgressText.within(Samples.step(123, 1), width);
            assertThat(shown.length()).isBetween(1, width);
            if (width > 40) assertThat(shown).contains("loss", "left");
        }
    }

    @Test
    void a_change_is_told_with_its_reason_a_kept_plan_is_not_and_a_shadow_is_marked() {
        LiveLine line = on(false, 80, Map.of());

        line.on(0, Samples.decided(100, 64, true));
        assertThat(text()).isEmpty();
        line.on(0, Samples.decided(200, 128, true));
        line.on(0, Samples.decided(300, 256, false));

        assertThat(text().lines())
                .containsExactly(
                        "step 200 | batch 64 -> 128 | noise-scale: noise scale above batch",
                        "step 300 | batch 64 -> 256 (shadow, not applied) | noise-scale: noise scale above batch");
    }

    @Test
    void a_line_that_happens_takes_the_live_line_away_and_brings_it_back() {
        LiveLine line = on(true, 80, Map.of("NO_COLOR", "1"));

        line.on(0, Samples.step(1, 2));
        line.on(0, new Event.Warning("slow disk"));

        assertThat(text()).matches("(?s)\r\033\\[2K[^\n]*\r\033\\[2Kwarning: slow disk\n\r\033\\[2K[^\n]*");
    }

    @Test
    void colours_are_for_terminals_without_no_color() {
        on(true, 80, Map.of()).on(0, new Event.Warning("x"));
        assertThat(text()).contains("\033[33m");
        bytes.reset();
        on(true, 80, Map.of("NO_COLOR", "1")).on(0, new Event.Warning("x"));
        on(true, 80, Map.of("TERM", "dumb")).on(0, new Event.Warning("x"));
        on(false, 80, Map.of()).on(0, new Event.Warning("x"));
        assertThat(text()).doesNotContain("\033");
    }

    @Test
    void control_characters_in_a_name_never_reach_the_terminal() {
        on(true, 80, Map.of("NO_COLOR", "1")).on(0, new Event.WorkerLeft("a\033[2J\u202eb\n", "x\u0007\rfake"));

        assertThat(text()).isEqualTo("worker a[2Jb left: xfake" + System.lineSeparator());
    }

    @Test
    void arrows_go_to_terminals_that_can_show_them() {
        on(false, 80, Map.of("LANG", "C.UTF-8")).on(0, Samples.decided(200, 128, true));

        assertThat(text()).contains("batch 64 → 128", " · ");
    }

    @Test
    void the_end_is_a_short_table() {
        LiveLine line = on(true, 80, Map.of("NO_COLOR", "1"));
        line.on(0, Samples.step(1, 2));

        line.on(0, new Event.RunFinished(Samples.SUMMARY));

        String table = text().substring(text().lastIndexOf("\033[2K") + 4);
        assertThat(table).contains("done (epochs)", "loss 0.4321", "84.20%", "938 (1.00 epochs, 60,000 samples)");
        assertThat(table).contains("64 -> 256, 3 changes of plan", "9f3c", "runs/x");
        assertThat(table.lines()).hasSizeLessThan(10).noneMatch(row -> row.length() > 80);
    }

    private LiveLine on(boolean terminal, int width, Map<String, String> environment) {
        return new LiveLine(Console.of(out, terminal, () -> width, environment), clock, "runs/x");
    }

    private String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
