package rubato.data.file;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import rubato.error.RubatoException;

/** SHA-256 of files, remembered by path, size and times of change, so that a large file is read only once per machine. */
public final class FileHashes {
    private final Path directory;

    /** @param directory where they are remembered; made if absent */
    public FileHashes(Path directory) {
        this.directory = directory;
    }

    public String of(Path file) {
        Path memory =
                directory.resolve(Sha256.of(file.toAbsolutePath().normalize().toString()));
        try {
            String stamp = stamp(file);
            String known = remembered(memory);
            if (known.startsWith(stamp + " ")) return known.substring(stamp.length() + 1);
            String hash = Sha256.of(file);
            if (stamp.equals(stamp(file))) remember(memory, stamp + " " + hash);
            return hash;
        } catch (IOException e) {
            throw RubatoException.failed(file + ": cannot read: " + e, e);
        }
    }

    /** Size and times of change in nanoseconds; the change of the inode too where the file system tells it. */
    private static String stamp(Path file) throws IOException {
        boolean unix = file.getFileSystem().supportedFileAttributeViews().contains("unix");
        Map<String, Object> seen =
                Files.readAttributes(file, unix ? "unix:size,lastModifiedTime,ctime" : "size,lastModifiedTime");
        return seen.get("size") + ":" + nanos(seen.get("lastModifiedTime")) + ":" + nanos(seen.get("ctime"));
    }

    private static long nanos(@Nullable Object time) {
        return time instanceof FileTime t ? t.to(TimeUnit.NANOSECONDS) : 0;
    }

    private static String remembered(Path memory) {
        try {
            String text = Files.readString(memory, StandardCharsets.US_ASCII).strip();
            return text.matches("[0-9:-]+ [0-9a-f]{64}") ? text : "";
        } catch (IOException e) {
            return ""; // absent or not readable: the file itself is read instead
        }
    }

    private void remember(Path memory, String line) {
        try {
            Files.createDirectories(directory);
            Path temporary = Files.createTempFile(directory, "hash", ".tmp");
            Files.writeString(temporary, line, StandardCharsets.US_ASCII);
            Files.move(temporary, memory, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            // Only the next opening's time is lost; a cache that cannot be written either says so itself.
        }
    }
}
