package rubato.data.cache;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import rubato.data.file.FileMutex;
import rubato.error.RubatoException;

/** A directory of cache files, each built once per machine: under a lock, into a temporary file, then renamed. A damaged one is built anew. */
public final class CacheDirectory {
    private final Path directory;
    private final Duration deadline;

    /** @param deadline how long to wait for another process that builds the same file */
    public CacheDirectory(Path directory, Duration deadline) {
        this.directory = directory;
        this.deadline = deadline;
    }

    /** Writes a file's content. */
    @FunctionalInterface
    public interface Build {
        void into(CacheWriter out);
    }

    /** The file of this key, built if it is absent or damaged. */
    public CacheFile open(String key, Build build) {
        Path file = directory.resolve(key + ".cache");
        try {
            Optional<CacheFile> found = CacheFile.open(file);
            if (found.isPresent()) return found.get();
            Files.createDirectories(directory);
            return FileMutex.holding(directory.resolve(key + ".lock"), deadline, () -> openLocked(file, build));
        } catch (IOException | UncheckedIOException e) {
            throw unusable(e);
        }
    }

    private CacheFile openLocked(Path file, Build build) throws IOException {
        Optional<CacheFile> found = CacheFile.open(file);
        if (found.isPresent()) return found.get();
        deleteLeftovers(file);
        Path temporary = Path.of(file + "." + ProcessHandle.current().pid() + ".tmp");
        try {
            try (CacheWriter out = new CacheWriter(temporary)) {
                build.into(out);
                out.finish();
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
        return CacheFile.open(file)
                .orElseThrow(() -> RubatoException.failed(file + ": damaged although just written")
                        .remedy("check the disk"));
    }

    /** Temporary files of builders that died: whoever wrote them held the lock that is held now. */
    private void deleteLeftovers(Path file) throws IOException {
        try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(directory, file.getFileName() + ".*.tmp")) {
            for (Path leftover : leftovers) Files.deleteIfExists(leftover);
        }
    }

    private RubatoException unusable(Exception e) {
        return RubatoException.failed(
                        "data cache " + directory + " cannot be used: "
                                + (e instanceof UncheckedIOException u ? u.getCause() : e),
                        e)
                .remedy("free space there, or set RUBATO_DATA to another directory");
    }
}
