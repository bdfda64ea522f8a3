package rubato.ledger;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import rubato.disk.Disk;
import rubato.disk.DiskErrors;
import rubato.error.RubatoException;
import rubato.history.Entry;

/**
 * A ledger in local files without a thread: whoever owns it says when what is queued is written. The same queue, format and
 * writer as {@link FileLedger}; simulation steps it.
 */
public final class SteppedLedger implements Ledger {
    private final SegmentWriter writer;
    private final LedgerQueue queue;
    private @Nullable RubatoException failure;
    private @Nullable Consumer<RubatoException> listener;

    private SteppedLedger(OpenLedger open) {
        this.writer = open.writer();
        this.queue = open.queue();
    }

    /** Begins the ledger of a new run in an empty or missing directory. */
    public static SteppedLedger create(Path directory, Disk disk, String runId, long segmentBytes) {
        return new SteppedLedger(OpenLedger.create(directory, disk, runId, segmentBytes));
    }

    /** A ledger opened again and everything in it. */
    public record Resumed(SteppedLedger ledger, LedgerImage image) {}

    /** Opens the ledger of an earlier run, as {@link FileLedger#resume} does. */
    public static Resumed resume(Path directory, Disk disk, long segmentBytes) {
        OpenLedger open = OpenLedger.resume(directory, disk, segmentBytes);
        return new Resumed(new SteppedLedger(open), open.earlier());
    }

    @Override
    public long append(List<Entry> entries, Runnable durable) {
        if (failure != null) throw failure;
        return queue.add(LedgerQueue.encode(entries, durable));
    }

    /** Whether anything waits to be written. */
    public boolean isIdle() {
        return queue.isEmpty();
    }

    /** Writes and forces one batch of what is queued, then runs its callbacks in order. */
    public void write() {
        List<LedgerQueue.Queued> batch = queue.takeBatch();
        if (batch.isEmpty() || failure != null) return;
        try {
            writer.write(batch);
        } catch (IOException e) {
            fail(DiskErrors.failed("write ledger", writer.file(), e));
            return;
        }
        for (LedgerQueue.Queued queued : batch) queued.durable().run();
    }

    private void fail(RubatoException error) {
        failure = error;
        queue.clear();
        if (listener != null) listener.accept(error);
    }

    @Override
    public void onFailure(Consumer<RubatoException> newListener) {
        listener = newListener;
        if (failure != null) newListener.accept(failure);
    }

    @Override
    public void close() {
        while (!queue.isEmpty() && failure == null) write();
        writer.close();
    }
}
