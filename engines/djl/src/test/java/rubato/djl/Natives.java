package rubato.djl;

import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;

/** PyTorch's native library for tests, fetched the way users get it and kept between builds. */
final class Natives {
    private Natives() {}

    static Path dataHome() {
        return Path.of(System.getProperty("user.home"), ".cache", "rubato-test");
    }

    /** Loads the engine in this JVM. */
    static synchronized void load() {
        List<Path> jars = DjlNatives.ensure(dataHome(), System.err::println);
        if (System.getProperty("DJL_CACHE_DIR") == null) {
            System.setProperty(
                    "DJL_CACHE_DIR",
                    DjlNatives.home(dataHome()).resolve("cache").toString());
        }
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(
                new URLClassLoader(jars.stream().map(Natives::url).toArray(URL[]::new), before));
        try {
            Torch.engine();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static URL url(Path jar) {
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalStateException(e);
        }
    }
}
