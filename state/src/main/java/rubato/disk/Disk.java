package rubato.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.List;

/** The file operations durable state rests on. Nothing survives a power cut but what was forced: bytes by their file, names by their directory. */
public interface Disk {
    /** Creates a file that must not exist yet and opens it for appending. */
    DiskFile create(Path file) throws IOException;

    /** Cuts an existing file to {@code size} bytes and opens it for appending after them. */
    DiskFile append(Path file, long size) throws IOException;

    /** Opens a file for reading. */
    SeekableByteChannel read(Path file) throws IOException;

    /** A whole file of at most {@code limit} bytes. */
    default ByteBuffer readAll(Path file, int limit) throws IOException {
        try (SeekableByteChannel channel = read(file)) {
            if (channel.size() > limit)
                throw new IOException("is " + channel.size() + " bytes long, at most " + limit + " are allowed");
            ByteBuffer bytes = ByteBuffer.allocate((int) channel.size());
            int got = 0;
            while (got >= 0 && bytes.hasRemaining()) got = channel.read(bytes);
            return bytes.flip();
        }
    }

    boolean exists(Path path);

    boolean isDirectory(Path path);

    /** What lies directly in a directory, sorted by name; nothing if there is no such directory. */
    List<Path> list(Path directory) throws IOException;

    /** Renames atomically; a file in the way is replaced, a directory in the way is an error. */
    void move(Path from, Path to) throws IOException;

    /** A second name for a file, or an error where the file system has no such thing. */
    default void link(Path file, Path name) throws IOException {
        throw new IOException("no hard links here");
    }

    /** Removes a file or an empty directory; it need not exist. */
    void delete(Path path) throws IOException;

    /** Makes a directory and those above it; it may exist. */
    void createDirectories(Path directory) throws IOException;

    /** Makes the names in a directory durable. */
    void forceDirectory(Path directory) throws IOException;

    /** Bytes that can still be written where this path lies. */
    long freeSpace(Path path) throws IOException;
}
