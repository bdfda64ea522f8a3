package rubato.djl;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import rubato.error.RubatoException;

/** The PyTorch engine of this process: loaded once, offline, without telemetry. */
final class Torch {
    private Torch() {}

    /** The engine; the first call loads the native library, the first on a machine also unpacks it. */
    static synchronized Engine engine() {
        DjlEnvironment.properties().forEach(Torch::setIfAbsent);
        try {
            return withExtractionLock();
        } catch (EngineException | LinkageError | IOException e) {
            throw RubatoException.failed("PyTorch's native library cannot be loaded: " + rootMessage(e), e)
                    .remedy("a djl model needs the jars " + DjlNatives.names() + " on the worker's class path");
        }
    }

    /** Workers of one machine share the unpacked library, so only one of them may unpack it. */
    private static Engine withExtractionLock() throws IOException {
        String cache = System.getProperty("DJL_CACHE_DIR", System.getenv("DJL_CACHE_DIR"));
        if (cache == null) return load();
        Path directory = Files.createDirectories(Path.of(cache));
        try (FileChannel file = FileChannel.open(
                        directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = file.lock()) {
            if (!lock.isValid()) throw new IOException("lost the lock of " + directory);
            return load();
        }
    }

    private static Engine load() {
        return Engine.getEngine("PyTorch");
    }

    private static void setIfAbsent(String name, String value) {
        if (System.getProperty(name) == null) System.setProperty(name, value);
    }

    private static String rootMessage(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null) root = root.getCause();
        @Nullable String message = root.getMessage();
        return message == null
                ? root.getClass().getSimpleName()
                : message.lines().findFirst().orElse("");
    }
}
