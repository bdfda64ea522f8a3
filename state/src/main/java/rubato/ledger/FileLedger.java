package rubato.ledger;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import rubato.codec.RecordCodec;
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
    private static final RecordCodec<Entry> CODEC = RecordCodec.of(Entry.class);

    /** Entries of one call, encoded, and what to run once they are durable. */
    record Queued(List<byte[]> payloads, boolean begins, boolean finishes, Runnable durable) {
        int bytes() {
            return payloads.stream()
                    .mapToInt(payload -> payload.length + RecordFrame.OVERHEAD)
                    .sum();
        }
    }

    private final SegmentWriter writer;
    private final Thread thread;

    /** Guards every field below. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Queued> queue = new ArrayDeque<>();
    private int queuedBytes;
    private long nextIndex;
    private boolean finished;
    private boolean closing;
    private @Nullable RubatoException failure;
    private @Nullable Consumer<RubatoException> listener;

    private FileLedger(SegmentWriter writer, long nextIndex, boolean finished) {
        this.writer = writer;
        this.nextIndex = nextIndex;
        this.finished = finished;
        this.thread = new Thread(this::work, "rubato-ledger");
        thread.setDaemon(true);
    }

    /** Begins the ledger of a new run in an empty or missing directory. */
    public static FileLedger create(Path directory, Disk disk, String runId) {
        return create(directory, disk, runId, SegmentWriter.SEGMENT_BYTES);
    }

    static FileLedger create(Path directory, Disk disk, String runId, long segmentBytes) {
        try {
            disk.createDirectories(directory);
            if (!disk.list(directory).isEmpty())
                throw RubatoException.usage("ledger " + directory + " already holds a run")
                        .remedy("choose another run directory, or continue the run with --resume");
            SegmentWriter writer = SegmentWriter.fresh(directory, disk, runId, segmentBytes);
            return started(writer, 0, false);
        } catch (IOException e) {
            throw DiskErrors.failed("create ledger", directory, e);
        }
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
        LedgerImage image = LedgerReader.read(directory, disk);
        LedgerScan scan = image.scan();
        if (!scan.problems().isEmpty())
            throw RubatoException.failed(
                            "ledger cannot be continued: " + scan.problems().get(0))
                    .remedy("`rubato verify` lists what is wrong; restore the run directory from a copy");
        if (scan.lastSegment() == null || scan.count() == 0)
            throw RubatoException.failed("ledger " + directory + " holds no run to continue");
        try {
            SegmentWriter writer = SegmentWriter.after(scan, directory, disk, segmentBytes);
            FileLedger ledger = started(writer, scan.count(), image.finished());
            return new Resumed(ledger, image, warnings(scan));
        } catch (IOException e) {
            throw DiskErrors.failed("open ledger", directory, e);
        }
    }

    private static List<String> warnings(LedgerScan scan) {
        List<String> warnings = new ArrayList<>();
        if (scan.tornBytes() > 0)
            warnings.add("ledger " + scan.lastSegment() + ": cut off " + scan.tornBytes()
                    + " bytes of an interrupted write after entry " + (scan.count() - 1)
                    + "; nothing acknowledged is lost");
        if (scan.tail() == Tail.UNMARKED)
            warnings.add("ledger " + scan.lastSegment() + ": the finished run had no closing mark; written now");
        return warnings;
    }

    private static FileLedger started(SegmentWriter writer, long nextIndex, boolean finished) {
        FileLedger ledger = new FileLedger(writer, nextIndex, finished);
        ledger.thread.start();
        return ledger;
    }

    @Override
    public long append(List<Entry> entries, Runnable durable) {
        if (entries.isEmpty()) throw new IllegalArgumentException("entries must not be empty");
        Queued queued = encode(entries, durable);
        lock.lock();
        try {
            awaitRoom(queued.bytes());
            if (failure != null) throw failure;
            if (closing) throw new IllegalStateException("ledger is closed");
            if (finished && !queued.begins())
                throw new IllegalStateException("after Finished only a Term may follow, was " + entries.get(0));
            finished = queued.finishes();
            long first = nextIndex;
            nextIndex += entries.size();
            queuedBytes += queued.bytes();
            queue.add(queued);
            changed.signalAll();
            return first;
        } finally {
            lock.unlock();
        }
    }

    private static Queued encode(List<Entry> entries, Runnable durable) {
        for (Entry entry : entries.subList(0, entries.size() - 1))
            if (entry instanceof Entry.Finished) throw new IllegalArgumentException("Finished must be the last entry");
        List<byte[]> payloads = entries.stream().map(CODEC::encode).toList();
        for (byte[] payload : payloads)
            if (payload.length > RecordFrame.MAX_PAYLOAD)
                throw new IllegalArgumentException(
                        "entry must be <= " + RecordFrame.MAX_PAYLOAD + " bytes, was " + payload.length);
        boolean finishes = entries.get(entries.size() - 1) instanceof Entry.Finished;
        return new Queued(payloads, entries.get(0) instanceof Entry.Term, finishes, durable);
    }

    private void awaitRoom(int bytes) {
        long left = TimeUnit.SECONDS.toNanos(ROOM_SECONDS);
        try {
            while (queuedBytes > 0 && queuedBytes + bytes > MAX_QUEUED && failure == null && left > 0)
                left = changed.awaitNanos(left);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw RubatoException.failed("ledger append was interrupted", e);
        }
        if (left <= 0)
            throw RubatoException.failed("ledger " + writer.directory() + " is " + queuedBytes + " bytes behind for "
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
            for (List<Queued> batch = take(); !batch.isEmpty(); batch = take()) {
                writer.write(batch);
                for (Queued queued : batch) queued.durable().run();
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
    private List<Queued> take() {
        lock.lock();
        try {
            while (queue.isEmpty() && !closing) changed.awaitUninterruptibly();
            List<Queued> batch = new ArrayList<>();
            boolean ended = false;
            while (!queue.isEmpty() && !ended) {
                Queued next = queue.remove();
                queuedBytes -= next.bytes();
                batch.add(next);
                ended = next.finishes();
            }
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
            queuedBytes = 0;
            told = listener;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (told != null) told.accept(error);
    }
}
