package rubato.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rubato.event.Event;
import rubato.signal.NoiseEstimate;

class EventLogTest {
    @TempDir
    Path dir;

    private final List<String> troubles = new ArrayList<>();

    @Test
    void every_event_comes_back_as_it_was_written() {
        Path file = written(Samples.all());

        List<Event> read = new ArrayList<>();
        long skipped = EventFile.replay(file, (time, event) -> read.add(event));

        assertThat(skipped).isZero();
        assertThat(read).isEqualTo(Samples.all());
    }

    @Test
    void a_line_carries_time_type_and_snake_case_keys() {
        JsonObject json = json(EventLog.line(1234, Samples.step(7, 0.25)));

        assertThat(json.get("time").getAsLong()).isEqualTo(1234);
        assertThat(json.get("type").getAsString()).isEqualTo("step_committed");
        assertThat(json.get("samples_per_second").getAsDouble()).isEqualTo(20_000);
        assertThat(json.getAsJsonObject("noise").get("scale").getAsDouble()).isEqualTo(250);
    }

    @Test
    void what_is_not_finite_or_never_comes_becomes_null_and_comes_back() {
        Event.StepCommitted diverged = new Event.StepCommitted(
                1, 0, 0, 64, Double.POSITIVE_INFINITY, Double.NaN, 64, 0.1, NoiseEstimate.NONE, 1, Double.NaN, 0, 0);

        JsonObject json = json(EventLog.line(1, diverged));
        JsonObject plan =
                json(EventLog.line(1, new Event.PlanChanged(Samples.PLAN, "r"))).getAsJsonObject("plan");

        assertThat(json.get("loss").isJsonNull()).isTrue();
        assertThat(json.getAsJsonObject("noise").get("scale").isJsonNull()).isTrue();
        assertThat(plan.getAsJsonObject("stop").get("after_step").isJsonNull()).isTrue();
    }

    @Test
    void a_hostile_name_stays_inside_its_string_and_its_line() {
        String name = "w\"},\n{\"type\":\"run_finished\"\u0000\u2028</script>\\";

        String line = EventLog.line(1, new Event.WorkerLeft(name, name));

        assertThat(line.strip()).doesNotContain("\n", "\u0000", "\u2028");
        assertThat(json(line).get("worker").getAsString()).isEqualTo(name);
    }

    @Test
    void a_torn_last_line_is_ended_before_the_log_goes_on() throws IOException {
        Path file = written(List.of(Samples.step(1, 2)));
        Files.writeString(file, "{\"time\":12,\"ty", StandardOpenOption.APPEND);

        EventLog log = new EventLog(file, troubles::add);
        log.on(3, Samples.step(2, 1));
        log.close();

        List<Event> read = new ArrayList<>();
        assertThat(EventFile.replay(file, (time, event) -> read.add(event))).isOne();
        assertThat(read).containsExactly(Samples.step(1, 2), Samples.step(2, 1));
    }

    @Test
    void events_reach_the_disk_within_a_second_of_events() {
        Recorder recorder = new Recorder();
        EventLog log = new EventLog(recorder, troubles::add);

        log.on(10_000, Samples.step(1, 1));
        log.on(10_999, Samples.step(2, 1));
        assertThat(recorder.flushes).isOne();
        log.on(11_000, Samples.step(3, 1));
        assertThat(recorder.flushes).isEqualTo(2);
        log.on(5_000, Samples.step(4, 1));
        assertThat(recorder.flushes).as("the clock was set back").isEqualTo(3);
        log.close();
        assertThat(recorder.flushes).isGreaterThan(3);
    }

    @Test
    void what_is_no_step_reaches_the_disk_at_once() {
        Recorder recorder = new Recorder();
        EventLog log = new EventLog(recorder, troubles::add);

        log.on(10_000, Samples.step(1, 1));
        log.on(10_001, new Event.Paused(1, 2));
        assertThat(recorder.flushes).isEqualTo(2);
    }

    @Test
    void a_failing_disk_is_told_once_and_the_run_goes_on() {
        Recorder recorder = new Recorder();
        recorder.full = true;
        EventLog log = new EventLog(recorder, troubles::add);

        log.on(1, Samples.step(1, 1));
        log.on(2, Samples.step(2, 1));
        log.close();

        assertThat(troubles).singleElement().asString().contains("No space left");
    }

    private Path written(List<Event> events) {
        Path file = dir.resolve(EventFile.NAME);
        try (EventLog log = new EventLog(file, troubles::add)) {
            events.forEach(event -> log.on(1, event));
        }
        assertThat(troubles).isEmpty();
        return file;
    }

    private static JsonObject json(String line) {
        return JsonParser.parseString(line).getAsJsonObject();
    }

    private static final class Recorder extends Writer {
        private final StringWriter text = new StringWriter();
        private int flushes;
        private boolean full;

        @Override
        public void write(char[] buffer, int offset, int length) throws IOException {
            if (full) throw new IOException("No space left on device");
            text.write(buffer, offset, length);
        }

        @Override
        public void flush() {
            flushes++;
        }

        @Override
        public void close() {}
    }
}
