package rubato.ledger;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import rubato.disk.Disk;
import rubato.disk.DiskErrors;
import rubato.error.RubatoException;
import rubato.history.Entry;

/**
 * The ledger in local files: a thread of its own takes everything queued, writes it, forces it once (group commit), then
 * runs the callbacks in order. When the queue is full {@link #append} waits for room at most ten seconds, then fails.
 * After the first failure nothing is written any more and every append fails with the same error.
 */
public final class FileLedger implements Ledger {
    static final int MAX_QUEUED = 64 << 20;
    private static final long ROOM_SECONDS = 10;
    private static final long CLOSE_SECONDS = 30;

    private final SegmentWriter writer;
    private final Thread thread;

    /** Guards every field below. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition changed = lock.newCondition();
    private final LedgerQueue queue;
    private boolean closing;
    private @Nullable RubatoException failure;
    private @Nullable Consumer<RubatoException> listener;

    private FileLedger(OpenLedger open) {
        this.writer = open.writer();
        this.queue = open.queue();
        this.thread = new Thread(this::work, "rubato-ledger");
        thread.setDaemon(true);
    }

    /** Begins the ledger of a new run in an empty or missing directory. */
    public static FileLedger create(Path directory, Disk disk, String runId) {
        return create(directory, disk, runId, SegmentWriter.SEGMENT_BYTES);
    }

    static FileLedger create(Path directory, Disk disk, String runId, long segmentBytes) {
        return started(OpenLedger.create(directory, disk, runId, segmentBytes));
    }

    /**
     * A ledger opened again.
     *
     * @param image everything in it
     * @param warnings what had to be put right, one line each; tell the user
     */
    public record Resumed(FileLedger ledger, LedgerImage image, List<String> warnings) {
        public Resumed {
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * Opens the ledger of an earlier run. The torn tail of an interrupted write is cut off and reported; anything wrong
     * before it is a failure. What follows a {@code Finished} must begin with a {@code Term}.
     */
    public static Resumed resume(Path directory, Disk disk) {
        return resume(directory, disk, SegmentWriter.SEGMENT_BYTES);
    }

    static Resumed resume(Path directory, Disk disk, long segmentBytes) {
        OpenLedger open = OpenLedger.resume(directory, disk, segmentBytes);
        return new Resumed(started(open), open.earlier(), open.warnings());
    }

    private static FileLedger started(OpenLedger open) {
        FileLedger ledger = new FileLedger(open);
        ledger.thread.start();
        return ledger;
    }

    @Override
    public long append(List<Entry> entries, Runnable durable) {
        LedgerQueue.Queued queued = LedgerQueue.encode(entries, durable);
        lock.lock();
        try {
            awaitRoom(queued.bytes());
            if (failure != null) throw failure;
            if (closing) throw new IllegalStateException("ledger is closed");
            long first = queue.add(queued);
            changed.signalAll();
            return first;
        } finally {
            lock.unlock();
        }
    }

    private void awaitRoom(int bytes) {
        long left = TimeUnit.SECONDS.toNanos(ROOM_SECONDS);
        try {
            while (queue.bytes() > 0 && queue.bytes() + bytes > MAX_QUEUED && failure == null && left > 0)
                left = changed.awaitNanos(left);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw RubatoException.failed("ledger append was interrupted", e);
        }
        if (left <= 0)
            throw RubatoException.failed("ledger " + writer.directory() + " is " + queue.bytes() + " bytes behind for "
                            + ROOM_SECONDS + " s")
                    .remedy("check the disk");
    }

    @Override
    public void onFailure(Consumer<RubatoException> newListener) {
        RubatoException earlier;
        lock.lock();
        try {
            listener = newListener;
            earlier = failure;
        } finally {
            lock.unlock();
        }
        if (earlier != null) newListener.accept(earlier);
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closing = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (Thread.currentThread() == thread) return;
        boolean interrupted = Thread.interrupted();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(CLOSE_SECONDS));
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) Thread.currentThread().interrupt();
        else if (thread.isAlive())
            throw RubatoException.failed(
                    "ledger " + writer.directory() + " was not written within " + CLOSE_SECONDS + " s");
    }

    private void work() {
        try {
            for (List<LedgerQueue.Queued> batch = take(); !batch.isEmpty(); batch = take()) {
                writer.write(batch);
                for (LedgerQueue.Queued queued : batch) queued.durable().run();
            }
        } catch (IOException e) {
            fail(DiskErrors.failed("write ledger", writer.file(), e));
        } catch (RuntimeException e) {
            fail(RubatoException.failed("ledger " + writer.directory() + " stopped: " + e, e));
        } finally {
            writer.close();
        }
    }

    /** Everything queued, up to the end of a run; empty once closed and drained. */
    private List<LedgerQueue.Queued> take() {
        lock.lock();
        try {
            while (queue.isEmpty() && !closing) changed.awaitUninterruptibly();
            List<LedgerQueue.Queued> batch = queue.takeBatch();
            changed.signalAll();
            return batch;
        } finally {
            lock.unlock();
        }
    }

    private void fail(RubatoException error) {
        Consumer<RubatoException> told;
        lock.lock();
        try {
            failure = error;
            queue.clear();
            told = listener;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (told != null) told.accept(error);
    }
}
