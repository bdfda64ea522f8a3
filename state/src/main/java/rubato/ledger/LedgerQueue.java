package rubato.ledger;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import rubato.codec.RecordCodec;
import rubato.history.Entry;

/** Entries on their way to a ledger, encoded, in order. Not thread-safe: its owner guards it. */
final class LedgerQueue {
    private static final RecordCodec<Entry> CODEC = RecordCodec.of(Entry.class);

    /** Entries of one call, encoded, and what to run once they are durable. */
    record Queued(List<byte[]> payloads, boolean begins, boolean finishes, Runnable durable) {
        int bytes() {
            return payloads.stream()
                    .mapToInt(payload -> payload.length + RecordFrame.OVERHEAD)
                    .sum();
        }
    }

    private final ArrayDeque<Queued> queue = new ArrayDeque<>();
    private int bytes;
    private long nextIndex;
    private boolean finished;

    /** Continues a ledger of so many entries. */
    LedgerQueue(long nextIndex, boolean finished) {
        this.nextIndex = nextIndex;
        this.finished = finished;
    }

    static Queued encode(List<Entry> entries, Runnable durable) {
        if (entries.isEmpty()) throw new IllegalArgumentException("entries must not be empty");
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

    /** @return index of the first entry */
    long add(Queued queued) {
        if (finished && !queued.begins()) throw new IllegalStateException("after Finished only a Term may follow");
        finished = queued.finishes();
        long first = nextIndex;
        nextIndex += queued.payloads().size();
        bytes += queued.bytes();
        queue.add(queued);
        return first;
    }

    int bytes() {
        return bytes;
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Everything queued, up to the end of a run; empty if there is nothing. */
    List<Queued> takeBatch() {
        List<Queued> batch = new ArrayList<>();
        boolean ended = false;
        while (!queue.isEmpty() && !ended) {
            Queued next = queue.remove();
            bytes -= next.bytes();
            batch.add(next);
            ended = next.finishes();
        }
        return batch;
    }

    void clear() {
        queue.clear();
        bytes = 0;
    }
}
