package rubato.runtime;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import rubato.codec.RecordCodec;
import rubato.history.Entry;
import rubato.protocol.Accounts;
import rubato.protocol.RunStatus;

/**
 * Keeps a run's accounts where a replica of its ledger lies, entry by entry as they are committed, so that who begins to lead need
 * not read the ledger first. What it missed it reads from the files; whatever goes wrong here makes it forget all it has, and the
 * leader reads the ledger and meets the reason. One thread owns the accounts until they are given away.
 */
final class Shadow implements AutoCloseable {
    /** More is not held back for this thread: it reads from the files what it could not take in time. */
    static final long MAX_QUEUED_BYTES = 16 << 20;

    private static final long WAIT_SECONDS = 5;
    private static final long ENTRY_BYTES = 64;
    private static final RecordCodec<Entry> CODEC = RecordCodec.of(Entry.class);

    private final Supplier<Inherited> files;
    private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final AtomicLong queuedBytes = new AtomicLong();
    private final Thread thread;
    private volatile boolean following;
    private volatile @Nullable RunStatus status;

    /** Of this thread alone. */
    private @Nullable Inherited past;

    /** @param files reads what the ledger's files hold now */
    Shadow(Supplier<Inherited> files) {
        this.files = files;
        this.thread = new Thread(this::loop, "rubato-shadow");
        thread.setDaemon(true);
        thread.start();
    }

    /** From now on it follows, from the beginning if it has nothing; returns at once. */
    void follow() {
        status = null; // of when it last gave away what it had, perhaps long ago
        tasks.add(this::begin);
    }

    /** Entries were added to the files, the first with this index; returns at once. */
    void committed(long first, List<byte[]> entries) {
        if (!following) return;
        long bytes = 0;
        for (byte[] entry : entries) bytes += ENTRY_BYTES + entry.length;
        long size = bytes;
        if (queuedBytes.addAndGet(size) > MAX_QUEUED_BYTES) {
            queuedBytes.addAndGet(-size);
            return;
        }
        tasks.add(() -> {
            queuedBytes.addAndGet(-size);
            take(first, entries);
        });
    }

    /**
     * Gives away what so many entries lead to, and follows no longer. Waits 5 s at most.
     *
     * @return empty if it has something else or nothing
     */
    Optional<Inherited> upTo(long count) {
        return CompletableFuture.supplyAsync(() -> give(count), tasks::add)
                .completeOnTimeout(Optional.empty(), WAIT_SECONDS, TimeUnit.SECONDS)
                .exceptionally(forgotten -> Optional.empty())
                .join();
    }

    /** How the run is by the entries taken so far; empty if that is not known here. Any thread. */
    Optional<RunStatus> status() {
        return Optional.ofNullable(status);
    }

    private void loop() {
        try {
            while (true) attempt(tasks.take());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void attempt(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            forget();
        }
    }

    private void forget() {
        following = false;
        past = null;
        status = null;
    }

    /** Follows before it reads: what is added while it reads is told as well. */
    private void begin() {
        following = true;
        if (past == null) past = read(0);
        else tell(past);
    }

    private Inherited read(long atLeast) {
        past = null; // two of them need not fit in memory
        Inherited read = files.get();
        if (read.count() < atLeast)
            throw new IllegalStateException(
                    "the ledger's files hold " + read.count() + " entries, " + atLeast + " were added");
        tell(read);
        return read;
    }

    private void take(long first, List<byte[]> entries) {
        long end = first + entries.size();
        if (past == null || past.count() >= end) return;
        if (past.count() < first) past = read(end);
        while (past.count() < end) {
            Entry entry = CODEC.decode(entries.get((int) (past.count() - first)));
            if (past.covers(entry)) past.add(entry);
            else past = read(end);
        }
        tell(past);
    }

    private void tell(Inherited known) {
        Accounts accounts = known.accounts();
        if (known.count() > 0) status = Operator.recorded(accounts, known.finished() ? "finished" : "training");
    }

    private Optional<Inherited> give(long count) {
        Inherited given = past;
        following = false;
        past = null;
        if (given != null && given.count() < count) given = read(count);
        return given != null && given.count() == count ? Optional.of(given) : Optional.empty();
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
