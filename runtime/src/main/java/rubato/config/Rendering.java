package rubato.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValueFactory;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Records back to keys: components in kebab case; what is unset (empty text, infinity, largest integer) is null. */
final class Rendering {
    private Rendering() {}

    static ConfigObject tree(Record config) {
        return ConfigValueFactory.fromMap(map(config));
    }

    static Map<String, String> flat(Record config) {
        Map<String, String> into = new TreeMap<>();
        flatten("", map(config), into);
        return into;
    }

    private static void flatten(String prefix, Map<String, @Nullable Object> from, Map<String, String> into) {
        from.forEach((key, value) -> {
            if (value instanceof Map<?, ?> section) {
                Map<String, @Nullable Object> inner = new LinkedHashMap<>();
                section.forEach((k, v) -> inner.put(String.valueOf(k), v));
                flatten(prefix + key + ".", inner, into);
            } else {
                into.put(prefix + key, String.valueOf(value));
            }
        });
    }

    private static Map<String, @Nullable Object> map(Record record) {
        Map<String, @Nullable Object> keys = new LinkedHashMap<>();
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            keys.put(kebab(component.getName()), value(read(component, record)));
        }
        return keys;
    }

    private static Object read(RecordComponent component, Record record) {
        try {
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot read " + component, e);
        }
    }

    private static @Nullable Object value(Object of) {
        if (of instanceof Record section) return map(section);
        if (of instanceof List<?> list)
            return list.stream().map(Rendering::value).toList();
        if (of instanceof Enum<?> choice) return name(choice);
        if (of.equals("") || of.equals(Integer.MAX_VALUE) || of.equals(Long.MAX_VALUE)) return null;
        if (of instanceof Double number && number.isInfinite()) return null;
        return of;
    }

    /** {@code NOISE_SCALE} as {@code noise-scale}. */
    static String name(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** {@code lrRule} as {@code lr-rule}. */
    static String kebab(String component) {
        StringBuilder kebab = new StringBuilder();
        for (char c : component.toCharArray()) {
            if (Character.isUpperCase(c)) kebab.append('-');
            kebab.append(Character.toLowerCase(c));
        }
        return kebab.toString();
    }
}
