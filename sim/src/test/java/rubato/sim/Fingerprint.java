package rubato.sim;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import rubato.random.Mix64;

/** A hash of everything an object holds, field by field, so that two state machines that will behave alike count as one. */
final class Fingerprint {
    private static final Map<Class<?>, List<Field>> FIELDS = new HashMap<>();

    private Fingerprint() {}

    static long of(Object value) {
        if (value == null) return 1;
        if (value instanceof Number number) return number(number);
        if (value instanceof String || value instanceof Boolean) return value.hashCode() * 31L + 2;
        if (value instanceof Enum<?> choice) return choice.name().hashCode() * 37L + 3;
        if (value instanceof Optional<?> maybe) return Mix64.mix(4, of(maybe.orElse(null)));
        if (value instanceof Map<?, ?> map) return map(map);
        if (value instanceof Set<?> set)
            return set.stream().mapToLong(Fingerprint::of).sum() + 5;
        if (value instanceof Collection<?> list) return list(list);
        if (value.getClass().isArray()) return array(value);
        return object(value);
    }

    private static long number(Number number) {
        return number instanceof Double || number instanceof Float
                ? Mix64.mix(6, Double.doubleToRawLongBits(number.doubleValue()))
                : Mix64.mix(7, number.longValue());
    }

    private static long map(Map<?, ?> map) {
        long sum = 8;
        for (Map.Entry<?, ?> each : map.entrySet()) sum += Mix64.mix(of(each.getKey()), of(each.getValue()));
        return sum;
    }

    private static long list(Collection<?> list) {
        long hash = 9;
        for (Object each : list) hash = Mix64.mix(hash, of(each));
        return hash;
    }

    private static long array(Object array) {
        long hash = 10;
        for (int i = 0; i < Array.getLength(array); i++) hash = Mix64.mix(hash, of(Array.get(array, i)));
        return hash;
    }

    private static long object(Object value) {
        Class<?> type = value.getClass();
        if (!type.getName().startsWith("rubato.") || type.isHidden() || type.isSynthetic()) return 11;
        long hash = type.getName().hashCode();
        try {
            for (Field field : FIELDS.computeIfAbsent(type, Fingerprint::fields))
                hash = Mix64.mix(hash, of(field.get(value)));
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
        return hash;
    }

    private static List<Field> fields(Class<?> type) {
        List<Field> fields = new ArrayList<>();
        for (Field field : type.getDeclaredFields()) {
            if (Modifier.isStatic(field.getModifiers())) continue;
            field.setAccessible(true);
            fields.add(field);
        }
        return fields;
    }
}
