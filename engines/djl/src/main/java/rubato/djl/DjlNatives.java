package rubato.djl;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import rubato.error.RubatoException;

/** The native half of DJL's PyTorch engine (112 MB), fetched with Maven at the first use of a djl model. */
public final class DjlNatives {
    static final String DJL_VERSION = "0.36.0";
    private static final List<Artifact> ARTIFACTS = List.of(
            new Artifact(
                    "ai.djl.pytorch:pytorch-jni:2.7.1-" + DJL_VERSION, "pytorch-jni-2.7.1-" + DJL_VERSION + ".jar"),
            new Artifact(
                    "ai.djl.pytorch:pytorch-native-cpu:2.7.1:jar:linux-x86_64",
                    "pytorch-native-cpu-2.7.1-linux-x86_64.jar"));

    /** A Maven artifact's coordinates and the name of its file. */
    private record Artifact(String coordinates, String file) {}

    private DjlNatives() {}

    /** Where jars and unpacked libraries of this DJL version lie. */
    public static Path home(Path dataHome) {
        return dataHome.resolve("djl").resolve(DJL_VERSION).toAbsolutePath();
    }

    /**
     * The jars with the natives, fetched under a lock if they are not here yet. They may be put on a worker's class path;
     * a worker without them there finds them by itself.
     *
     * @param dataHome directory of this user's data; jars go to {@code djl/0.36.0} in it
     * @param progress told in one line before a download
     * @throws RubatoException if the platform has no natives, or Maven or an artifact is not available
     */
    public static List<Path> ensure(Path dataHome, Consumer<String> progress) {
        return ensure(dataHome, progress, new MavenFetch());
    }

    static List<Path> ensure(Path dataHome, Consumer<String> progress, Fetch fetch) {
        checkPlatform(System.getProperty("os.name"), System.getProperty("os.arch"));
        Path home = home(dataHome);
        List<Path> jars = ARTIFACTS.stream().map(a -> home.resolve(a.file())).toList();
        if (jars.stream().allMatch(Files::isRegularFile)) return jars;
        try {
            fetchMissing(Files.createDirectories(home), progress, fetch);
        } catch (IOException | UncheckedIOException e) {
            throw RubatoException.failed(
                            "cannot store PyTorch's native libraries in " + home + ": " + e.getMessage(), e)
                    .remedy("free some space there (600 MB) or make it writable");
        }
        return jars;
    }

    static void checkPlatform(String system, String machine) {
        boolean linux = system.toLowerCase(Locale.ROOT).startsWith("linux");
        if (linux && List.of("amd64", "x86_64").contains(machine)) return;
        throw RubatoException.usage("djl models run on Linux x86_64, this is " + system + " " + machine)
                .remedy("choose a built-in model: softmax, logistic, fm or mlp");
    }

    private static void fetchMissing(Path home, Consumer<String> progress, Fetch fetch) throws IOException {
        try (FileChannel file =
                        FileChannel.open(home.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = file.lock()) {
            if (!lock.isValid()) throw new IOException("lost the lock of " + home);
            for (Artifact artifact : missing(home)) {
                progress.accept("fetching " + artifact.file() + " with Maven (once per machine)");
                fetch.copy(artifact.coordinates(), artifact.file(), home);
            }
        }
    }

    private static List<Artifact> missing(Path home) {
        List<Artifact> missing = new ArrayList<>(ARTIFACTS);
        missing.removeIf(artifact -> Files.isRegularFile(home.resolve(artifact.file())));
        return missing;
    }

    /** Brings one artifact's file into a directory, whole or not at all. */
    @FunctionalInterface
    interface Fetch {
        void copy(String coordinates, String file, Path directory) throws IOException;
    }
}
