package rubato.data.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import rubato.error.RubatoException;

/**
 * Mutual exclusion between the processes (and the threads) of one machine, by the operating system's lock on a file: a holder
 * that dies lets go of it. The file itself stays; it is empty.
 */
public final class FileMutex implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(20);
    /** One lock per path, because the operating system's lock belongs to the whole process. */
    private static final ConcurrentHashMap<Path, ReentrantLock> IN_PROCESS = new ConcurrentHashMap<>();

    private final ReentrantLock local;
    private final FileChannel channel;

    private FileMutex(ReentrantLock local, FileChannel channel) {
        this.local = local;
        this.channel = channel;
    }

    /** What is done while the lock is held. */
    @FunctionalInterface
    public interface Action<T, E extends Exception> {
        T run() throws E;
    }

    /**
     * Waits for the lock, at most this long, and does something while holding it.
     *
     * @throws RubatoException if somebody else holds it longer, or the file cannot be made
     */
    @SuppressWarnings("try") // held for its duration alone
    public static <T, E extends Exception> T holding(Path file, Duration deadline, Action<T, E> action) throws E {
        try (FileMutex held = acquire(file, deadline)) {
            return action.run();
        }
    }

    private static FileMutex acquire(Path file, Duration deadline) {
        long end = System.nanoTime() + deadline.toNanos();
        ReentrantLock local = IN_PROCESS.computeIfAbsent(file.toAbsolutePath().normalize(), p -> new ReentrantLock());
        if (!lockWithin(local, deadline)) throw late(file, deadline);
        FileChannel channel = null;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            while (tryLock(channel) == null) {
                if (System.nanoTime() - end >= 0) throw late(file, deadline);
                LockSupport.parkNanos(POLL.toNanos());
            }
            return new FileMutex(local, channel);
        } catch (IOException | RuntimeException e) {
            closeQuietly(channel);
            local.unlock();
            if (e instanceof RuntimeException known) throw known;
            throw RubatoException.failed("cannot lock " + file + ": " + e, e)
                    .remedy("make its directory writable, or set RUBATO_DATA to one that is");
        }
    }

    @Override
    public void close() {
        closeQuietly(channel);
        local.unlock();
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        return channel.tryLock();
    }

    private static boolean lockWithin(ReentrantLock lock, Duration deadline) {
        try {
            return lock.tryLock(deadline.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
        if (channel == null) return;
        try {
            channel.close();
        } catch (IOException e) {
            // The lock is gone with the descriptor either way, and nothing was written through it.
        }
    }

    private static RubatoException late(Path file, Duration deadline) {
        return RubatoException.failed(
                        file + " is locked by another process for more than " + deadline.toSeconds() + " s")
                .remedy("wait for that process, or end it");
    }
}
