package rubato.observe;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import rubato.error.RubatoException;
import rubato.event.Event;
import rubato.event.Listener;

/** Reads {@code events.jsonl} back, one event at a time, whatever its length; a torn or foreign line is passed over. */
public final class EventFile {
    public static final String NAME = "events.jsonl";

    private static final Map<String, Class<?>> TYPES = Arrays.stream(Event.class.getPermittedSubclasses())
            .collect(Collectors.toMap(EventFile::type, Function.identity()));

    private EventFile() {}

    static String type(Class<?> event) {
        return Names.snake(event.getSimpleName());
    }

    /**
     * Tells a listener everything in the log, in its order.
     *
     * @return how many lines were passed over
     */
    public static long replay(Path file, Listener listener) {
        long skipped = 0;
        // A decoder made this way replaces damaged bytes, where Files.newBufferedReader would throw.
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) if (!tell(line, listener)) skipped++;
        } catch (IOException e) {
            throw RubatoException.failed("cannot read " + file + ": " + e.getMessage(), e);
        }
        return skipped;
    }

    private static boolean tell(String line, Listener listener) {
        long time;
        Event event;
        try {
            JsonObject json = JsonParser.parseString(line).getAsJsonObject();
            time = json.get("time").getAsLong();
            event = parse(json);
        } catch (JsonParseException | IllegalStateException | IllegalArgumentException | NullPointerException e) {
            return false;
        }
        if (event == null) return false;
        listener.on(time, event);
        return true;
    }

    private static @Nullable Event parse(JsonObject json) {
        Class<?> type = TYPES.get(json.get("type").getAsString());
        return type == null ? null : (Event) JsonRecords.read(json, type);
    }

    /** Whether a file exists and its last line has no end, as after a crash. */
    static boolean endsTorn(Path file) throws IOException {
        if (!Files.isRegularFile(file) || Files.size(file) == 0) return false;
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            channel.position(channel.size() - 1);
            ByteBuffer last = ByteBuffer.allocate(1);
            return channel.read(last) == 1 && last.get(0) != '\n';
        }
    }
}
