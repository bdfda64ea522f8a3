package rubato.chaos;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import rubato.error.RubatoException;

/** Faults of the disk under the run directory, which is mounted in a {@link Room}. */
final class DiskFaults {
    private static final int STOPS = 5;
    private static final long STOP_MILLIS = 200;
    private static final int CHUNK = 64 << 10;
    private static final long ENDS_SECONDS = 5;

    private final Path mount;

    DiskFaults(Path mount) {
        this.mount = mount;
    }

    Optional<Struck> strike(FaultKind kind, Scene scene) {
        return Optional.of(kind == FaultKind.FULL_DISK ? fill(scene) : stop(scene));
    }

    private Struck fill(Scene scene) {
        Struck struck = scene.now(FaultKind.FULL_DISK, "the run's disk");
        Path filler = mount.resolve("filler");
        try (OutputStream out = Files.newOutputStream(filler)) {
            byte[] chunk = new byte[CHUNK];
            while (!Thread.currentThread().isInterrupted()) out.write(chunk);
        } catch (IOException full) {
            if (!Files.exists(filler)) throw RubatoException.failed("cannot fill " + mount + ": " + full.getMessage());
        }
        boolean ended = scene.job().ended(ENDS_SECONDS);
        try {
            Files.delete(filler);
        } catch (IOException e) {
            throw RubatoException.failed("cannot free " + mount + ": " + e.getMessage(), e);
        }
        if (ended) scene.job().resume();
        return new Struck(
                struck.kind(),
                ended ? "the run's disk; resumed" : "the run's disk",
                struck.at(),
                scene.clock().epochMillis());
    }

    private Struck stop(Scene scene) {
        Struck struck = scene.now(FaultKind.SLOW_DISK, "the run's disk");
        for (int i = 0; i < STOPS; i++) {
            scene.after(2L * i * STOP_MILLIS, () -> Shell.run("fsfreeze", "-f", mount.toString()));
            scene.after((2L * i + 1) * STOP_MILLIS, () -> Shell.run("fsfreeze", "-u", mount.toString()));
        }
        return new Struck(struck.kind(), struck.target(), struck.at(), struck.at() + 2 * STOPS * STOP_MILLIS);
    }
}
