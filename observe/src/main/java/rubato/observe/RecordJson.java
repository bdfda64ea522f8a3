package rubato.observe;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import rubato.plan.Algorithm;
import rubato.plan.Compression;
import rubato.plan.SyncMode;
import rubato.signal.NoiseEstimate;
import rubato.step.Evaluation;

/**
 * Records as JSON: components in snake_case, numbers that are not finite and a step or epoch of "never" ({@code Long.MAX_VALUE}) as null,
 * a synchronization mode or compression by its name under {@code kind}. Ratios that readers want anyway (noise scale, loss, accuracy) are written beside
 * what they are made of.
 */
final class RecordJson {
    private RecordJson() {}

    static String line(Record value) {
        return text(value, "");
    }

    static String pretty(Record value) {
        return text(value, "  ") + "\n";
    }

    private static String text(Record value, String indent) {
        StringWriter text = new StringWriter();
        try (JsonWriter out = new JsonWriter(text)) {
            out.setIndent(indent);
            write(out, value);
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory failed", e);
        }
        return text.toString();
    }

    static void write(JsonWriter out, @Nullable Object value) throws IOException {
        if (value == null) out.nullValue();
        else if (value instanceof Record record) object(out, record);
        else if (value instanceof List<?> list) array(out, list);
        else if (value instanceof Boolean flag) out.value(flag);
        else if (value instanceof Number number) number(out, number);
        else out.value(value.toString());
    }

    /** The components of a record into the object that is open. */
    static void fields(JsonWriter out, Record record) throws IOException {
        for (Shape.Field field : Shape.of(record.getClass()).fields()) {
            out.name(field.name());
            write(out, component(record, field));
        }
    }

    private static void object(JsonWriter out, Record record) throws IOException {
        out.beginObject();
        if (record instanceof SyncMode || record instanceof Compression || record instanceof Algorithm)
            out.name("kind").value(Names.snake(record.getClass().getSimpleName()));
        fields(out, record);
        if (record instanceof NoiseEstimate noise) named(out, "scale", noise.scale());
        if (record instanceof Evaluation evaluation) {
            named(out, "loss", evaluation.loss());
            named(out, "accuracy", evaluation.accuracy());
        }
        out.endObject();
    }

    private static void array(JsonWriter out, List<?> list) throws IOException {
        out.beginArray();
        for (Object item : list) write(out, item);
        out.endArray();
    }

    private static void named(JsonWriter out, String name, double value) throws IOException {
        out.name(name);
        number(out, value);
    }

    private static void number(JsonWriter out, Number number) throws IOException {
        boolean known = number instanceof Double d ? Double.isFinite(d) : number.longValue() != Long.MAX_VALUE;
        if (known) out.value(number);
        else out.nullValue();
    }

    private static @Nullable Object component(Record record, Shape.Field field) {
        try {
            return field.accessor().invoke(record);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalArgumentException("cannot read " + field.name() + " of " + record.getClass(), e);
        }
    }
}
