package rubato.log;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import rubato.codec.RecordCodec;
import rubato.error.RubatoException;
import rubato.history.Entry;
import rubato.ledger.Ledger;
import rubato.ledger.LedgerHead;

/**
 * The ledger of a leader of a {@link ReplicatedLog}: lives as long as its leadership. Calls that come while earlier appends
 * are on their way are sent together as one (group commit). Once an append fails, or the leadership ends, every later
 * call fails with the same error and no callback runs any more.
 */
public final class ReplicatedLedger implements Ledger {
    static final int MAX_CALL = 32 << 20;
    static final int MAX_TOGETHER = 64 << 10;
    static final int MAX_ON_THE_WAY = 4;
    static final int MAX_QUEUED = 64 << 20;
    private static final long ROOM_SECONDS = 10;
    private static final long CLOSE_SECONDS = 30;
    private static final RecordCodec<Entry> CODEC = RecordCodec.of(Entry.class);

    private record Call(List<byte[]> entries, int bytes, boolean finishes, Runnable durable) {}

    private final ReplicatedLog log;
    private final long term;

    /** Guards every field below. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Call> queue = new ArrayDeque<>();
    private LedgerHead sent;
    private long nextIndex;
    private int queuedBytes;
    private int onTheWay;
    private boolean finished;
    private boolean closing;
    private @Nullable RubatoException failure;
    private @Nullable Consumer<RubatoException> listener;

    /** @param head where the log ended when this leadership began */
    public ReplicatedLedger(ReplicatedLog log, long term, LedgerHead head) {
        this.log = log;
        this.term = term;
        this.sent = head;
        this.nextIndex = head.count();
        this.finished = head.finished();
    }

    @Override
    public long append(List<Entry> entries, Runnable durable) {
        if (entries.isEmpty()) throw new IllegalArgumentException("entries must not be empty");
        Call call = encode(entries, durable);
        lock.lock();
        try {
            awaitRoom(call.bytes());
            if (failure != null) throw failure;
            if (closing) throw new IllegalStateException("ledger is closed");
            if (finished && !(entries.get(0) instanceof Entry.Term))
                throw new IllegalStateException("after Finished only a Term may follow, was " + entries.get(0));
            finished = call.finishes();
            long first = nextIndex;
            nextIndex += entries.size();
            queuedBytes += call.bytes();
            queue.add(call);
            sendQueued();
            return first;
        } finally {
            lock.unlock();
        }
    }

    private static Call encode(List<Entry> entries, Runnable durable) {
        for (Entry entry : entries.subList(0, entries.size() - 1))
            if (entry instanceof Entry.Finished) throw new IllegalArgumentException("Finished must be the last entry");
        List<byte[]> encoded = entries.stream().map(CODEC::encode).toList();
        long bytes = encoded.stream().mapToLong(entry -> entry.length).sum();
        if (bytes > MAX_CALL)
            throw new IllegalArgumentException("entries of one call must be <= " + MAX_CALL + " bytes, were " + bytes);
        return new Call(encoded, (int) bytes, entries.get(entries.size() - 1) instanceof Entry.Finished, durable);
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
            throw RubatoException.lost("no quorum: " + queuedBytes + " bytes of the ledger wait for a majority of the "
                            + log.members().size() + " coordinators for " + ROOM_SECONDS + " s")
                    .remedy("start the coordinators that are missing: rubato coordinator --run DIR --id N");
    }

    /** Lock held. */
    private void sendQueued() {
        while (!queue.isEmpty() && onTheWay < MAX_ON_THE_WAY && failure == null) {
            List<Call> together = together();
            List<byte[]> entries = new ArrayList<>();
            for (Call call : together) entries.addAll(call.entries());
            boolean finishes = together.get(together.size() - 1).finishes();
            LedgerHead previous = sent;
            sent = log.after(previous, entries, finishes);
            onTheWay++;
            log.append(term, previous, entries, finishes, outcome -> answered(together, outcome));
        }
    }

    /** As many calls as fit, up to the end of a run. Lock held. */
    private List<Call> together() {
        List<Call> together = new ArrayList<>();
        int bytes = 0;
        boolean ended = false;
        while (!queue.isEmpty()
                && !ended
                && (together.isEmpty() || bytes + queue.peek().bytes() <= MAX_TOGETHER)) {
            Call call = queue.remove();
            bytes += call.bytes();
            together.add(call);
            ended = call.finishes();
        }
        return together;
    }

    private void answered(List<Call> calls, Appended outcome) {
        if (outcome instanceof Appended.Refused refused) fail(lost(refused.reason()));
        else if (outcome instanceof Appended.Unknown unknown) fail(lost(unknown.reason()));
        else committed(calls);
    }

    private void committed(List<Call> calls) {
        lock.lock();
        try {
            if (failure != null) return;
            onTheWay--;
            for (Call call : calls) queuedBytes -= call.bytes();
            sendQueued();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        for (Call call : calls) call.durable().run();
    }

    /** The leadership is over: nothing is appended any more. */
    public void depose(String reason) {
        fail(lost(reason));
    }

    /** Whether it takes nothing any more. */
    public boolean failed() {
        lock.lock();
        try {
            return failure != null;
        } finally {
            lock.unlock();
        }
    }

    private RubatoException lost(String reason) {
        return RubatoException.lost("coordinator " + log.self() + " is deposed: " + reason)
                .remedy("another coordinator goes on; `rubato status DIR` names it");
    }

    private void fail(RubatoException error) {
        Consumer<RubatoException> told;
        lock.lock();
        try {
            if (failure != null) return;
            failure = error;
            queue.clear();
            queuedBytes = 0;
            onTheWay = 0;
            told = listener;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (told != null) told.accept(error);
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

    /** Waits until everything queued is committed or has failed; the log stays open. */
    @Override
    public void close() {
        long left = TimeUnit.SECONDS.toNanos(CLOSE_SECONDS);
        boolean interrupted = false;
        lock.lock();
        try {
            closing = true;
            while (onTheWay > 0 && failure == null && left > 0 && !interrupted) {
                try {
                    left = changed.awaitNanos(left);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            lock.unlock();
        }
        if (interrupted) Thread.currentThread().interrupt();
        else if (left <= 0)
            throw RubatoException.lost("no quorum: the ledger was not committed within " + CLOSE_SECONDS + " s");
    }
}
