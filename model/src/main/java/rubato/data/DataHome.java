package rubato.data;

import java.nio.file.Path;
import java.util.Map;

/** Where data sets and the cache live by default. */
public final class DataHome {
    private DataHome() {}

    /** {@code $RUBATO_DATA}, else {@code $XDG_CACHE_HOME/rubato}, else {@code ~/.cache/rubato}. */
    public static Path directory() {
        return directory(System.getenv(), System.getProperty("user.home", "."));
    }

    static Path directory(Map<String, String> environment, String home) {
        String own = environment.getOrDefault("RUBATO_DATA", "");
        if (!own.isEmpty()) return Path.of(own);
        String caches = environment.getOrDefault("XDG_CACHE_HOME", "");
        return (caches.isEmpty() ? Path.of(home, ".cache") : Path.of(caches)).resolve("rubato");
    }
}
