package rubato.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import rubato.error.RubatoException;

/** {@code reference.conf} is the list of known keys; any other is refused with the nearest one and the place it stands. */
final class KnownKeys {
    private static final Set<String> COLUMN = Set.of("name", "type", "encoding", "buckets", "standardize");

    private KnownKeys() {}

    static void check(ConfigObject given) {
        ConfigObject known = Hocon.reference().resolve().root();
        List<String> all = new ArrayList<>();
        collect("", known, all);
        check("", given, known, all);
    }

    private static void collect(String prefix, ConfigObject known, List<String> into) {
        known.forEach((key, value) -> {
            if (value instanceof ConfigObject section) collect(prefix + key + ".", section, into);
            else into.add(prefix + key);
        });
    }

    private static void check(String prefix, ConfigObject given, ConfigObject known, List<String> all) {
        given.forEach((key, value) -> {
            ConfigValue expected = known.get(key);
            if (expected == null) throw unknown(prefix + whole(key, value), value, all);
            if (!(expected instanceof ConfigObject section)) return;
            if (!(value instanceof ConfigObject inner)) throw notASection(prefix + key, value);
            check(prefix + key + ".", inner, section, all);
        });
    }

    /** The whole key as the user wrote it: an unknown section is named down to its first key. */
    private static String whole(String key, ConfigValue value) {
        if (!(value instanceof ConfigObject section) || section.isEmpty()) return key;
        var inner = section.entrySet().iterator().next();
        return key + "." + whole(inner.getKey(), inner.getValue());
    }

    /** Refuses unknown keys of one entry of {@code data.columns}. */
    static void checkColumn(String path, ConfigObject column) {
        column.forEach((key, value) -> {
            if (!COLUMN.contains(key)) throw unknown(path + "." + key, value, prefixed(path, COLUMN));
        });
    }

    private static List<String> prefixed(String path, Set<String> keys) {
        return keys.stream().sorted().map(key -> path + "." + key).toList();
    }

    private static RubatoException unknown(String path, ConfigValue value, List<String> all) {
        return RubatoException.usage("unknown key '" + path + "'" + at(value.origin()) + ", the nearest known one is '"
                + NearestName.of(path, all) + "'");
    }

    private static RubatoException notASection(String path, ConfigValue value) {
        String was = value.valueType() == ConfigValueType.NULL ? "null" : String.valueOf(value.unwrapped());
        return RubatoException.usage(path + " must be a section { .. }, was " + was + at(value.origin()));
    }

    /** Where a value stands: {@code " (file:line)"}. */
    static String at(ConfigOrigin origin) {
        String file = origin.filename();
        if (file != null) {
            return " (" + Path.of(file).getFileName() + ":" + origin.lineNumber() + ")";
        }
        String text = origin.description().replaceAll("^(--set .*): 1$", "$1").replaceAll(": (\\d+)$", ":$1");
        return " (" + text + ")";
    }
}
