package rubato.shm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A file on tmpfs, 0600 and of unguessable name, mapped by every process that shares it and unlinked as soon as all have.
 * Its pages are filled before it is mapped, so that a full file system is an error here and not a crash later. While it has a
 * name its maker holds a lock on it: a file without one was left by a process that died in between, and is removed.
 */
public final class SharedSegment implements AutoCloseable {
    private static final String PREFIX = "rubato-";
    private static final Pattern NAME = Pattern.compile(PREFIX + "[0-9a-f]{32}");
    private static final long ABANDONED_MILLIS = 10_000;
    private static final int FILL_BYTES = 1 << 20;
    private static final long RETIRED_BYTES = 256 << 20;
    private static final AtomicLong RETIRED = new AtomicLong();
    private static final SecureRandom RANDOM = new SecureRandom();

    private final MappedByteBuffer memory;
    private @Nullable Path path;
    private @Nullable FileChannel locked;
    private boolean closed;

    private SharedSegment(MappedByteBuffer memory, @Nullable Path path, @Nullable FileChannel locked) {
        this.memory = memory;
        this.path = path;
        this.locked = locked;
        memory.order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Makes a segment of zeros. */
    public static SharedSegment create(Path directory, long bytes) throws IOException {
        removeAbandoned(directory);
        byte[] random = new byte[16];
        RANDOM.nextBytes(random);
        Path path = directory.resolve(PREFIX + HexFormat.of().formatHex(random));
        FileChannel channel = (FileChannel) Files.newByteChannel(
                path,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            channel.tryLock();
            fill(channel, bytes);
            return new SharedSegment(channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes), path, channel);
        } catch (IOException e) {
            Files.deleteIfExists(path);
            channel.close();
            throw new IOException(
                    "cannot make " + bytes + " bytes of shared memory in " + directory + ": " + e.getMessage(), e);
        }
    }

    /** Maps a segment that another process made. */
    public static SharedSegment open(Path directory, String name, long bytes) throws IOException {
        if (!NAME.matcher(name).matches()) throw new IOException("'" + name + "' is no name of shared memory");
        Path path = directory.resolve(name);
        try (FileChannel channel = FileChannel.open(
                path, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS))) {
            if (channel.size() != bytes)
                throw new IOException("shared memory of " + channel.size() + " bytes, not " + bytes);
            return new SharedSegment(channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes), null, null);
        }
    }

    private static void fill(FileChannel channel, long bytes) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(bytes, FILL_BYTES));
        for (long left = bytes; left > 0; ) {
            zeros.clear().limit((int) Math.min(left, zeros.capacity()));
            left -= channel.write(zeros);
        }
    }

    private static void removeAbandoned(Path directory) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, PREFIX + "*")) {
            for (Path file : files) removeIfAbandoned(file);
        }
    }

    private static void removeIfAbandoned(Path file) {
        try {
            long age = System.currentTimeMillis()
                    - Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toMillis();
            if (age < ABANDONED_MILLIS
                    || !NAME.matcher(String.valueOf(file.getFileName())).matches()) return;
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
                    FileLock lock = channel.tryLock()) {
                if (lock != null) Files.deleteIfExists(file);
            }
        } catch (IOException | OverlappingFileLockException e) {
            // another's, or gone meanwhile
        }
    }

    public String name() {
        return path == null ? "" : String.valueOf(path.getFileName());
    }

    public ByteBuffer memory() {
        return memory;
    }

    /** Takes the name away; the memory lives until the last process that maps it ends or drops it. */
    public void unlink() throws IOException {
        Path named = path;
        FileChannel held = locked;
        path = null;
        locked = null;
        if (named != null) Files.deleteIfExists(named);
        if (held != null) held.close();
    }

    /**
     * Unlinks. The mapping goes when nobody refers to the buffer any more, which no early close can turn into a crash; since the
     * collector does not see its size, it is asked to run once {@value #RETIRED_BYTES} bytes have been closed.
     */
    @Override
    public void close() {
        try {
            unlink();
        } catch (IOException e) {
            // the next maker removes it
        }
        if (closed) return;
        closed = true;
        if (RETIRED.addAndGet(memory.capacity()) < RETIRED_BYTES) return;
        RETIRED.set(0);
        System.gc();
    }
}
