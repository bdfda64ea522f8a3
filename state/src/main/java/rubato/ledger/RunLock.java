package rubato.ledger;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import rubato.disk.DiskErrors;
import rubato.error.RubatoException;

/** The exclusive hold on a run directory: one coordinator at a time. The operating system lets go of it when the process ends, however it ends. */
public final class RunLock implements AutoCloseable {
    /** Name of the lock file; it stays, empty, when the lock is given back. */
    public static final String FILE = "lock";

    private final FileChannel channel;

    private RunLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Takes the lock of an existing directory at once or fails. */
    public static RunLock take(Path run) {
        Path file = run.resolve(FILE);
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (locked(channel)) return new RunLock(channel);
            channel.close();
            throw RubatoException.usage("run directory " + run + " is already in use by another process")
                    .remedy("wait for it to end, or choose another directory with --run-dir");
        } catch (IOException e) {
            throw DiskErrors.failed("lock run directory", run, e);
        }
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null && lock.isValid();
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            return;
        }
    }
}
