package rubato.ledger;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import rubato.disk.DiskErrors;
import rubato.error.RubatoException;

/** The exclusive hold on a run directory: one coordinator at a time. The operating system lets go of it when the process ends, however it ends. */
public final class RunLock implements AutoCloseable {
    /** Name of the lock file; it stays, empty, when the lock is given back. */
    public static final String FILE = "lock";

    /**
     * Directories held by this process. Asked first, because POSIX drops a process's lock when it closes any descriptor of the
     * file: opening the file a second time to find out would give the lock away.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path run;
    private final FileChannel channel;

    private RunLock(Path run, FileChannel channel) {
        this.run = run;
        this.channel = channel;
    }

    /** Takes the lock of an existing directory at once or fails. */
    public static RunLock take(Path run) {
        try {
            Path real = run.toRealPath();
            if (!HELD.add(real)) throw inUse(run);
            return new RunLock(real, lock(run, real));
        } catch (IOException e) {
            throw notLockable(run, e);
        }
    }

    private static FileChannel lock(Path run, Path real) throws IOException {
        FileChannel channel = null;
        boolean locked = false;
        try {
            channel = FileChannel.open(real.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            locked = channel.tryLock() != null;
            if (locked) return channel;
            throw inUse(run);
        } finally {
            if (!locked) {
                HELD.remove(real);
                if (channel != null) channel.close();
            }
        }
    }

    private static RubatoException inUse(Path run) {
        return RubatoException.usage("run directory " + run + " is already in use by another process")
                .remedy("wait for it to end, or choose another directory with --run-dir");
    }

    private static RubatoException notLockable(Path run, IOException cause) {
        String reason = DiskErrors.reason(cause);
        boolean writable = !reason.contains("ermission denied") && !reason.contains("Read-only");
        if (writable) return DiskErrors.failed("lock run directory", run, cause);
        return RubatoException.usage("run directory " + run + " is not writable: " + reason)
                .remedy("make it writable, or choose another directory with --run-dir");
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            return;
        } finally {
            HELD.remove(run);
        }
    }
}
