package rubato.djl;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import rubato.error.RubatoException;

/** The PyTorch engine of this process: loaded once, offline, without telemetry. */
final class Torch {
    private static final String ON_CLASS_PATH = "native/lib/pytorch.properties";

    private Torch() {}

    /** The engine; the first call loads the native library, the first on a machine also fetches and unpacks it. */
    static synchronized Engine engine() {
        Path home = DjlNatives.home(DjlEnvironment.dataHome());
        DjlEnvironment.properties().forEach(Torch::setIfAbsent);
        if (System.getenv("DJL_CACHE_DIR") == null)
            setIfAbsent("DJL_CACHE_DIR", home.resolve("cache").toString());
        try {
            return load();
        } catch (EngineException | LinkageError | IOException e) {
            throw RubatoException.failed("PyTorch's native library cannot be loaded: " + rootMessage(e), e)
                    .remedy("remove " + home + " to fetch it anew, or choose a built-in model (mlp, softmax)");
        }
    }

    /** DJL finds the natives through the context class loader, so they need not be on the class path of the JVM. */
    private static Engine load() throws IOException {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        ClassLoader own = before != null ? before : Torch.class.getClassLoader();
        if (own.getResource(ON_CLASS_PATH) != null) return unpackAndLoad();
        List<Path> jars = DjlNatives.ensure(DjlEnvironment.dataHome(), line -> {});
        try (URLClassLoader withNatives = new URLClassLoader(urls(jars), own)) {
            thread.setContextClassLoader(withNatives);
            return unpackAndLoad();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** Workers of one machine share the unpacked library, so only one of them may unpack it. */
    private static Engine unpackAndLoad() throws IOException {
        Path cache = Path.of(System.getProperty("DJL_CACHE_DIR", String.valueOf(System.getenv("DJL_CACHE_DIR"))));
        Files.createDirectories(cache);
        try (FileChannel file =
                        FileChannel.open(cache.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = file.lock()) {
            if (!lock.isValid()) throw new IOException("lost the lock of " + cache);
            return Engine.getEngine("PyTorch");
        }
    }

    private static URL[] urls(List<Path> jars) throws MalformedURLException {
        URL[] urls = new URL[jars.size()];
        for (int i = 0; i < urls.length; i++) urls[i] = jars.get(i).toUri().toURL();
        return urls;
    }

    private static void setIfAbsent(String name, String value) {
        if (System.getProperty(name) == null) System.setProperty(name, value);
    }

    private static String rootMessage(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null) root = root.getCause();
        String message = root.getMessage();
        return message == null
                ? root.getClass().getSimpleName()
                : message.lines().findFirst().orElse("");
    }
}
