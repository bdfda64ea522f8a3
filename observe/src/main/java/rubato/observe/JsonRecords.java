package rubato.observe;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Records back from what {@link RecordJson} wrote; throws {@link JsonParseException} for anything else. Unknown keys are passed over. */
final class JsonRecords {
    private JsonRecords() {}

    static <T> T read(JsonObject json, Class<T> type) {
        return type.cast(record(json, type));
    }

    private static Object record(JsonObject json, Class<?> type) {
        Shape shape = Shape.of(type);
        Object[] arguments = shape.fields().stream()
                .map(field -> value(json.get(field.name()), field.type()))
                .toArray();
        try {
            return shape.constructor().newInstance(arguments);
        } catch (InvocationTargetException e) {
            throw new JsonParseException("not a valid " + type.getSimpleName(), e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new JsonParseException("cannot make a " + type.getSimpleName(), e);
        }
    }

    private static Object value(@Nullable JsonElement json, Type type) {
        return json == null || json.isJsonNull() ? unknown(type) : known(json, type);
    }

    private static Object unknown(Type type) {
        if (type == double.class || type == Double.class) return Double.NaN;
        if (type == long.class) return Long.MAX_VALUE;
        throw new JsonParseException("missing value of type " + type.getTypeName());
    }

    private static Object known(JsonElement json, Type type) {
        if (type == double.class || type == Double.class) return json.getAsDouble();
        if (type == long.class) return json.getAsLong();
        if (type == int.class || type == Integer.class) return json.getAsInt();
        if (type == boolean.class) return json.getAsBoolean();
        if (type == String.class) return json.getAsString();
        if (type instanceof ParameterizedType list) return list(json, list.getActualTypeArguments()[0]);
        return choice(json.getAsJsonObject(), (Class<?>) type);
    }

    private static List<Object> list(JsonElement json, Type of) {
        List<Object> items = new ArrayList<>();
        for (JsonElement item : json.getAsJsonArray()) items.add(value(item, of));
        return items;
    }

    private static Object choice(JsonObject json, Class<?> type) {
        if (!type.isSealed()) return record(json, type);
        String kind = String.valueOf(value(json.get("kind"), String.class));
        for (Class<?> permitted : type.getPermittedSubclasses())
            if (Names.snake(permitted.getSimpleName()).equals(kind)) return record(json, permitted);
        throw new JsonParseException("unknown " + type.getSimpleName() + " '" + kind + "'");
    }
}
