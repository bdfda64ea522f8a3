package rubato.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import rubato.error.RubatoException;

/** Typed, ranged reading of resolved values; every refusal names key, value, what is allowed, and where it stands. */
final class Values {
    private final Config config;

    Values(Config config) {
        this.config = config;
    }

    boolean isSet(String key) {
        return value(key) != null;
    }

    private @Nullable ConfigValue value(String key) {
        ConfigValue value = config.root();
        for (String part : key.split("\\.")) {
            if (!(value instanceof com.typesafe.config.ConfigObject section)) return null;
            value = section.get(part);
        }
        return value == null || value.valueType() == ConfigValueType.NULL ? null : value;
    }

    String text(String key) {
        ConfigValue value = value(key);
        if (value == null) return "";
        return asText(key, value);
    }

    private static String asText(String key, ConfigValue value) {
        return switch (value.valueType()) {
            case STRING, NUMBER, BOOLEAN -> String.valueOf(value.unwrapped());
            default -> throw refused(key, value, "text");
        };
    }

    boolean flag(String key) {
        ConfigValue value = required(key);
        String text = String.valueOf(value.unwrapped());
        if (text.equals("true") || text.equals("false")) return Boolean.parseBoolean(text);
        throw refused(key, value, "true or false");
    }

    String oneOf(String key, List<String> allowed) {
        ConfigValue value = required(key);
        String text = asText(key, value);
        if (allowed.contains(text)) return text;
        throw refused(key, value, "one of " + String.join(", ", allowed));
    }

    <E extends Enum<E>> E choice(String key, Class<E> type) {
        E[] all = type.getEnumConstants();
        String name = oneOf(key, Arrays.stream(all).map(Rendering::name).collect(Collectors.toList()));
        return Arrays.stream(all)
                .filter(e -> Rendering.name(e).equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** A duration as it was written, e.g. {@code 36h}. */
    String duration(String key) {
        ConfigValue value = required(key);
        String text = asText(key, value).replace(" ", "");
        if (millis(text) >= 0) return text;
        throw refused(key, value, "a duration: a whole number of s, m, h or d, such as 90m or 7d");
    }

    /** Milliseconds of a duration, −1 if it is none. */
    static long millis(String duration) {
        if (!duration.matches("\\d{1,9}[smhd]|0")) return -1;
        if (duration.equals("0")) return 0;
        long number = Long.parseLong(duration.substring(0, duration.length() - 1));
        long seconds = switch (duration.charAt(duration.length() - 1)) {
            case 's' -> 1;
            case 'm' -> 60;
            case 'h' -> 3600;
            default -> 86_400;
        };
        return number * seconds * 1000;
    }

    int integer(String key, int min, int max) {
        return (int) whole(key, required(key), min, max);
    }

    int integerOr(String key, int min, int max, int unset) {
        ConfigValue value = value(key);
        return value == null ? unset : (int) whole(key, value, min, max);
    }

    long longInteger(String key, long min, long max) {
        return whole(key, required(key), min, max);
    }

    long longIntegerOr(String key, long min, long max, long unset) {
        ConfigValue value = value(key);
        return value == null ? unset : whole(key, value, min, max);
    }

    double number(String key, Bounds allowed) {
        return bounded(key, required(key), allowed);
    }

    double numberOr(String key, Bounds allowed, double unset) {
        ConfigValue value = value(key);
        return value == null ? unset : bounded(key, value, allowed);
    }

    List<Double> numbers(String key, Bounds allowed) {
        List<Double> numbers = new ArrayList<>();
        for (ConfigValue each : list(key)) numbers.add(bounded(key, each, allowed));
        return numbers;
    }

    List<Integer> integers(String key, int min, int max) {
        List<Integer> numbers = new ArrayList<>();
        for (ConfigValue each : list(key)) numbers.add((int) whole(key, each, min, max));
        return numbers;
    }

    /** A list of texts, or one text split at blanks. */
    List<String> texts(String key) {
        ConfigValue value = required(key);
        if (value.valueType() == ConfigValueType.STRING) {
            String text = asText(key, value).strip();
            return text.isEmpty() ? List.of() : List.of(text.split("\\s+"));
        }
        List<String> texts = new ArrayList<>();
        for (ConfigValue each : list(key)) texts.add(asText(key, each));
        return texts;
    }

    List<ConfigValue> list(String key) {
        ConfigValue value = required(key);
        if (value instanceof com.typesafe.config.ConfigList list) return list;
        throw refused(key, value, "a list [ .. ]");
    }

    /** An error about a key's value, with the place it stands. */
    RubatoException refused(String key, String allowed) {
        ConfigValue value = value(key);
        if (value == null) return RubatoException.usage(key + " is not set, allowed: " + allowed);
        return refused(key, value, allowed);
    }

    static RubatoException refused(String key, ConfigValue value, String allowed) {
        String was = value.render(com.typesafe.config.ConfigRenderOptions.concise());
        return RubatoException.usage(key + " must be " + allowed + ", was " + was + KnownKeys.at(value.origin()));
    }

    private ConfigValue required(String key) {
        ConfigValue value = value(key);
        if (value == null) throw RubatoException.usage(key + " must be set, was null");
        return value;
    }

    private static double bounded(String key, ConfigValue value, Bounds allowed) {
        double number = parsed(value);
        if (allowed.contains(number)) return number;
        throw refused(key, value, allowed.toString());
    }

    private static double parsed(ConfigValue value) {
        Object raw = value.unwrapped();
        if (raw instanceof Number number) return number.doubleValue();
        if (!(raw instanceof String text)) return Double.NaN;
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    private static long whole(String key, ConfigValue value, long min, long max) {
        Object raw = value.unwrapped();
        String allowed = "a whole number " + Bounds.text(min, max);
        if (raw instanceof Integer || raw instanceof Long) {
            long number = ((Number) raw).longValue();
            if (number >= min && number <= max) return number;
            throw refused(key, value, allowed);
        }
        double number = parsed(value);
        boolean exact = number == Math.rint(number) && Math.abs(number) <= 1L << 53;
        if (exact && number >= min && number <= max) return (long) number;
        throw refused(key, value, allowed);
    }
}
