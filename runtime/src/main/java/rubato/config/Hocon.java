package rubato.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import rubato.error.RubatoException;

/** Where configuration text comes from; what the parser finds wrong becomes one line. */
final class Hocon {
    private static final String REFERENCE = "rubato/reference.conf";
    private static final String QUICKSTART = "rubato/quickstart.conf";

    private Hocon() {}

    static Config reference() {
        return shipped(REFERENCE);
    }

    static Config quickstart() {
        return shipped(QUICKSTART);
    }

    private static Config shipped(String resource) {
        ConfigParseOptions strict = ConfigParseOptions.defaults().setAllowMissing(false);
        return ConfigFactory.parseResources(Hocon.class.getClassLoader(), resource, strict);
    }

    static Config file(Path file) {
        if (!Files.exists(file)) throw RubatoException.usage("configuration file not found: " + file);
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw RubatoException.usage("configuration file cannot be read: " + file);
        }
        return parsed(() -> ConfigFactory.parseFile(file.toFile()));
    }

    static Config text(String hocon) {
        ConfigParseOptions named = ConfigParseOptions.defaults().setOriginDescription("configuration");
        return parsed(() -> ConfigFactory.parseString(hocon, named));
    }

    /** Later overrides win. */
    static Config overrides(List<String> assignments) {
        Config all = ConfigFactory.empty();
        for (String assignment : assignments) all = override(assignment).withFallback(all);
        return all;
    }

    private static Config override(String assignment) {
        int equals = assignment.indexOf('=');
        if (equals < 1) throw RubatoException.usage("--set needs key=value, was '" + assignment + "'");
        String key = assignment.substring(0, equals).strip();
        String value = assignment.substring(equals + 1).strip();
        String origin = "--set " + assignment;
        if (isLiteral(value)) return literal(key, value, origin);
        try {
            ConfigParseOptions named = ConfigParseOptions.defaults().setOriginDescription(origin);
            return ConfigFactory.parseString(key + " = " + value, named);
        } catch (ConfigException e) {
            if (value.startsWith("[") || value.startsWith("{")) throw asUsage(e);
            return literal(key, value, origin);
        }
    }

    /** Text HOCON would cut at a comment, e.g. a path with {@code //}, is meant as it stands. */
    private static boolean isLiteral(String value) {
        boolean structured = value.startsWith("[") || value.startsWith("{") || value.startsWith("\"");
        return value.isEmpty() || !structured && (value.contains("#") || value.contains("//"));
    }

    private static Config literal(String key, String value, String origin) {
        return parsed(() -> {
            String path = ConfigUtil.joinPath(ConfigUtil.splitPath(key));
            return ConfigValueFactory.fromAnyRef(value, origin).atPath(path);
        });
    }

    /** Fills in the defaults and substitutions. */
    static Config resolve(Config given) {
        return parsed(() -> given.withFallback(reference()).resolve());
    }

    private static Config parsed(Supplier<Config> source) {
        try {
            return source.get();
        } catch (ConfigException e) {
            throw asUsage(e);
        }
    }

    private static RubatoException asUsage(ConfigException e) {
        String line = String.valueOf(e.getMessage()).replaceAll("\\s*\\R\\s*", " ");
        return RubatoException.usage("configuration cannot be parsed: " + line);
    }
}
