package rubato.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** A small text file that is there whole or not at all, after a power cut too: written beside its place, forced, renamed. */
public final class WholeFile {
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private WholeFile() {}

    /** Writes or replaces a file everybody may read. */
    public static void write(Path file, String text) throws IOException {
        replace(file, text);
    }

    /** Writes or replaces a file that only its owner may read, at no moment anybody else. */
    public static void writePrivately(Path file, String text) throws IOException {
        replace(file, text, OWNER_ONLY);
    }

    private static void replace(Path file, String text, FileAttribute<?>... attributes) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.deleteIfExists(part);
        Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (FileChannel channel = FileChannel.open(part, options, attributes)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
            while (bytes.hasRemaining()) channel.write(bytes);
            channel.force(true);
        }
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        new RealDisk().forceDirectory(part.resolveSibling("").toAbsolutePath());
    }
}
