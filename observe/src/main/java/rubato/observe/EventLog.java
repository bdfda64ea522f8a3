package rubato.observe;

import com.google.gson.stream.JsonWriter;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import rubato.error.RubatoException;
import rubato.event.Event;
import rubato.event.Listener;

/**
 * {@code events.jsonl}: one line per event, {@code {"time": epoch milliseconds, "type": "step_committed", ...}}, appended, flushed at
 * once, steps at least every second in which there are some. A disk that fails costs one warning and the rest of the log, never the run.
 */
public final class EventLog implements Listener, AutoCloseable {
    private static final long FLUSH_MILLIS = 1000;

    private final Writer out;
    private final Consumer<String> onTrouble;
    private long flushedAt = Long.MIN_VALUE;
    private boolean broken;

    public EventLog(Path file, Consumer<String> onTrouble) {
        this(append(file), onTrouble);
    }

    EventLog(Writer out, Consumer<String> onTrouble) {
        this.out = out;
        this.onTrouble = onTrouble;
    }

    private static Writer append(Path file) {
        try {
            boolean torn = EventFile.endsTorn(file);
            BufferedWriter writer = Files.newBufferedWriter(
                    file, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            if (torn) writer.write('\n');
            return writer;
        } catch (IOException e) {
            throw RubatoException.failed("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    @Override
    public synchronized void on(long epochMillis, Event event) {
        if (broken) return;
        attempt(() -> {
            out.write(line(epochMillis, event));
            boolean frequent = event instanceof Event.StepCommitted;
            if (frequent && epochMillis >= flushedAt && epochMillis - FLUSH_MILLIS < flushedAt) return;
            out.flush();
            flushedAt = epochMillis;
        });
    }

    @Override
    public synchronized void close() {
        if (!broken) attempt(out::flush);
        broken = true;
        try {
            out.close();
        } catch (IOException e) {
            // Already told by the flush before, or nothing was left to write.
            return;
        }
    }

    static String line(long epochMillis, Event event) {
        StringWriter text = new StringWriter(512);
        try (JsonWriter json = new JsonWriter(text)) {
            json.beginObject();
            json.name("time").value(epochMillis);
            json.name("type").value(EventFile.type(event.getClass()));
            RecordJson.fields(json, (Record) event);
            json.endObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.append('\n').toString();
    }

    private interface Act {
        void run() throws IOException;
    }

    private void attempt(Act act) {
        try {
            act.run();
        } catch (IOException | RuntimeException e) {
            broken = true;
            onTrouble.accept("events are no longer written: " + e.getMessage());
        }
    }
}
