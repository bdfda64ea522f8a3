package rubato.collective;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import rubato.net.PeerLostException;
import rubato.net.Transport;

/**
 * All-reduce by direct exchange. Rank r owns slice r: everyone sends it that slice, it adds in rank order and sends the sum to
 * all, so that 2(n-1)/n of the vector crosses each rank's wire, the least possible (Patarasuk and Yuan 2009). A short vector
 * goes whole to everybody, one round instead of two; the additions are the same, so are the bits.
 */
final class ExchangeCollective implements Collective, Inbox.Header {
    private static final int CHUNK_FLOATS = 32 << 10;
    private static final int MIN_REDUCE_FLOATS = 4 << 10;
    private static final int FLAT_BYTES = 16 << 10;
    private static final long[] NONE = {};
    private static final long SPIN_NANOS = 20_000;
    private static final long LONGEST_SLEEP_NANOS = 100_000_000;

    private final Transport transport;
    private final OperationHeader.Generation generation;
    private final Duration deadline;
    private final int rank;
    private final int size;
    private final Inbox[] inboxes;
    private final Outbox[] outboxes;
    private final RankOrderSum sum = new RankOrderSum();
    private final CRC32C crc = new CRC32C();
    private final Object lock = new Object();
    /** Why nothing goes on; written under lock. */
    private volatile @Nullable String broken;

    /** Whether a thread is inside an operation: guarded by lock. */
    private boolean busy;

    private int blamedRank = -1;

    private long step;
    private int length;
    private boolean flat;
    private int ownTo;
    private int reducedTo;
    private int entered;
    private long[][] controls = {};

    ExchangeCollective(Transport transport, OperationHeader.Generation generation, Duration deadline) {
        this.transport = transport;
        this.generation = generation;
        this.deadline = deadline;
        this.rank = transport.rank();
        this.size = transport.size();
        this.inboxes = new Inbox[size];
        this.outboxes = new Outbox[size];
        for (int peer = 0; peer < size; peer++) {
            int chunk = peer == rank ? 0 : CHUNK_FLOATS;
            inboxes[peer] = new Inbox(peer, size, chunk, this);
            outboxes[peer] = new Outbox(peer, chunk);
        }
    }

    @Override
    public int rank() {
        return rank;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public Gathered allReduce(long step, float[] vector, int length, long[] control) {
        if (length < 0 || length > vector.length)
            throw new IllegalArgumentException("length must be in 0.." + vector.length + ", was " + length);
        if (control.length > OperationHeader.MAX_CONTROLS)
            throw new IllegalArgumentException(
                    "control words must be <= " + OperationHeader.MAX_CONTROLS + ", were " + control.length);
        long start = System.nanoTime();
        enter();
        try {
            begin(step, vector, length, control);
            long allEntered = exchange(vector, start);
            return new Gathered(controls, allEntered - start, System.nanoTime() - allEntered);
        } catch (PeerLostException e) {
            throw failed(new CollectiveException(e.rank(), e.getMessage() + " in step " + step));
        } catch (CollectiveException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public void sum(long step, float[] vector, int length) {
        allReduce(step, vector, length, NONE);
    }

    @Override
    public SymmetricVector symmetric(int length) {
        return new SymmetricVector(length);
    }

    @Override
    public void sum(long step, SymmetricVector vector, int length) {
        sum(step, vector.array(), length);
    }

    @Override
    public String transport() {
        return IntStream.range(0, size)
                .filter(peer -> peer != rank)
                .mapToObj(peer -> transport.carrier(peer).lowerCase())
                .distinct()
                .sorted()
                .collect(Collectors.joining("+"));
    }

    @Override
    public String algorithm(int length) {
        return 4L * length * (size - 1) <= FLAT_BYTES ? "flat" : "exchange";
    }

    @Override
    public void abort(String reason) {
        fail(-1, reason);
        transport.wake();
    }

    @Override
    public void close() {
        synchronized (lock) {
            if (broken == null) broken = "the collective is closed";
        }
        transport.close();
    }

    @Override
    public int fixed(int peer, ByteBuffer in) {
        return OperationHeader.check(in, crc, generation, step, length, rank, peer);
    }

    @Override
    public void controls(int peer, ByteBuffer in, int count) {
        controls[peer] = OperationHeader.controls(in, crc, count, rank, peer);
        entered++;
    }

    private void requireWhole() {
        String reason = broken;
        if (reason != null) throw new CollectiveException(-1, reason);
    }

    private CollectiveException failed(CollectiveException e) {
        String reason = broken;
        if (reason != null) return new CollectiveException(-1, reason);
        fail(e.peerRank(), String.valueOf(e.getMessage()));
        return e;
    }

    private void enter() {
        synchronized (lock) {
            requireWhole();
            busy = true;
        }
    }

    private void leave() {
        synchronized (lock) {
            busy = false;
            if (broken != null) hangUp();
        }
    }

    private void fail(int blamed, String reason) {
        synchronized (lock) {
            if (broken != null) return;
            broken = reason;
            blamedRank = blamed;
            if (!busy) hangUp();
        }
    }

    private void hangUp() {
        transport.abort(blamedRank, String.valueOf(broken));
    }

    private int slice(int owner) {
        return (int) ((long) length * owner / size);
    }

    private void begin(long step, float[] vector, int length, long[] control) {
        this.step = step;
        this.length = length;
        flat = 4L * length * (size - 1) <= FLAT_BYTES;
        int ownFrom = flat ? 0 : slice(rank);
        ownTo = flat ? length : slice(rank + 1);
        reducedTo = ownFrom;
        controls = new long[size][];
        controls[rank] = control.clone();
        entered = 1;
        for (int peer = 0; peer < size; peer++) {
            if (peer == rank) continue;
            Outbox out = outboxes[peer];
            OperationHeader.put(out.header(), crc, generation, step, length, rank, control);
            if (flat) out.begin(vector, 0, length, 0, 0);
            else out.begin(vector, slice(peer), slice(peer + 1), ownFrom, ownTo);
            if (flat) inboxes[peer].begin(length, 0, 0);
            else inboxes[peer].begin(ownTo - ownFrom, slice(peer), slice(peer + 1));
        }
    }

    /** @return when the last peer had entered */
    private long exchange(float[] vector, long start) throws PeerLostException {
        long allEntered = size == 1 ? start : 0;
        long idleSince = 0;
        boolean slept = false;
        while (!done()) {
            requireWhole();
            boolean progress = pump(vector, slept);
            slept = false;
            if (reduce(vector)) progress = true;
            if (allEntered == 0 && entered == size) allEntered = System.nanoTime();
            if (progress) {
                idleSince = 0;
                continue;
            }
            long now = System.nanoTime();
            if (idleSince == 0) idleSince = now;
            if (now - start > deadline.toNanos()) throw late();
            slept = now - idleSince >= SPIN_NANOS;
            if (slept) sleep(deadline.toNanos() - (now - start));
            else Thread.onSpinWait();
        }
        return allEntered;
    }

    private boolean done() {
        if (reducedTo < ownTo) return false;
        for (int peer = 0; peer < size; peer++) {
            if (peer != rank && !(inboxes[peer].done() && outboxes[peer].done())) return false;
        }
        return true;
    }

    private boolean pump(float[] vector, boolean watch) throws PeerLostException {
        boolean progress = false;
        for (int i = 1; i < size; i++) {
            int peer = (rank + i) % size;
            progress |= outboxes[peer].pump(transport, vector, reducedTo);
            progress |= inboxes[peer].pump(transport, vector, watch, outboxes[peer].done());
        }
        return progress;
    }

    /** Adds what every peer's part is here for. */
    private boolean reduce(float[] vector) {
        int left = ownTo - reducedTo;
        int count = left;
        for (int peer = 0; peer < size; peer++) {
            if (peer == rank) continue;
            count = Math.min(count, inboxes[peer].available());
            if (flat) count = Math.min(count, outboxes[peer].copiedTo() - reducedTo);
        }
        if (count <= 0 || count < Math.min(left, MIN_REDUCE_FLOATS)) return false;
        sum.add(vector, reducedTo, count, rank, inboxes);
        for (int peer = 0; peer < size; peer++) if (peer != rank) inboxes[peer].consume(count);
        reducedTo += count;
        return true;
    }

    private void sleep(long nanos) throws PeerLostException {
        for (int peer = 0; peer < size; peer++) {
            if (peer == rank) continue;
            transport.interest(peer, inboxes[peer].canRead(), outboxes[peer].pending(reducedTo));
        }
        transport.await(Math.min(nanos, LONGEST_SLEEP_NANOS));
    }

    private CollectiveException late() {
        StringBuilder silent = new StringBuilder();
        int first = -1;
        for (int peer = 0; peer < size; peer++) {
            if (peer == rank || inboxes[peer].done()) continue;
            if (entered < size && inboxes[peer].entered()) continue;
            if (first < 0) first = peer;
            silent.append(silent.length() == 0 ? "" : ", ").append(peer);
        }
        String what = entered < size ? " has not entered step " : " has stopped in step ";
        return new CollectiveException(
                first, "rank " + silent + what + step + " within " + deadline.toMillis() + " ms");
    }
}
