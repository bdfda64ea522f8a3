package rubato.runtime;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import rubato.collective.Collective;
import rubato.collective.Gathered;
import rubato.compress.Codec;
import rubato.compress.Exchange;
import rubato.plan.Algorithm;
import rubato.plan.AllReduce;

/** The operations of one step on a collective; the first of them carries the control words. */
final class CollectiveExchange implements Exchange {
    private static final long[] NO_WORDS = {};

    private final Collective collective;
    private final long step;
    private final AllReduce how;
    private long[] control = NO_WORDS;
    private Collective.@Nullable Partial begun;
    private @Nullable Gathered first;
    private long waitNanos;
    private long wireNanos;
    private long sentBytes;

    /** @param how plain sums are made */
    CollectiveExchange(Collective collective, long step, AllReduce how) {
        this.collective = collective;
        this.step = step;
        this.how = how;
    }

    /** What goes along with the first operation, by its end. */
    void control(long[] words) {
        control = words;
    }

    /** Begins the first sum before its vector is complete, in buckets. */
    void begin(float[] values, int length) {
        begun = collective.start(step, values, length, how.bucketElements(), manner());
    }

    /** A part of the sum that was begun will not change any more. */
    void ready(int from, int to) {
        if (begun == null) throw new IllegalStateException("step " + step + " has begun no sum");
        begun.ready(from, to);
    }

    private Collective.Manner manner() {
        return new Collective.Manner(how.algorithm(), null);
    }

    @Override
    public int rank() {
        return collective.rank();
    }

    @Override
    public int size() {
        return collective.size();
    }

    /** Every rank's control words and the times of all operations together. */
    Gathered gathered() {
        if (first == null) throw new IllegalStateException("step " + step + " had no operation");
        return new Gathered(first.controls(), waitNanos, wireNanos);
    }

    /** Payload sent to other ranks. */
    long sentBytes() {
        return sentBytes;
    }

    /** What a sum of so many bytes sends from each rank, the least possible: 2(n−1)/n of them. */
    static long sumBytes(long bytes, int size) {
        return 2 * bytes * (size - 1) / size;
    }

    @Override
    public void allReduce(float[] values, int length) {
        take(
                how.bucketBytes() == 0
                        ? collective.allReduce(step, values, length, words(), manner())
                        : inBuckets(values, length));
        sentBytes += sumBytes(4L * length, size());
    }

    private Gathered inBuckets(float[] values, int length) {
        Collective.Partial open = begun;
        begun = null;
        if (open == null) {
            open = collective.start(step, values, length, how.bucketElements(), manner());
            open.ready(0, length);
        }
        return open.finish(words());
    }

    @Override
    public void allReduce(float[] values, int length, Codec codec, float[] lost) {
        Collective.Manner manner = new Collective.Manner(Algorithm.EXCHANGE, codec, lost);
        take(collective.allReduce(step, values, length, words(), manner));
        sentBytes += sumBytes(codec.bytes(length), size());
    }

    @Override
    public List<ByteBuffer> allGather(ByteBuffer own) {
        int bytes = own.remaining();
        byte[] all = new byte[Math.multiplyExact(bytes, size())];
        own.duplicate().get(all, rank() * bytes, bytes);
        take(collective.allGather(step, all, words()));
        sentBytes += (long) bytes * (size() - 1);
        List<ByteBuffer> parts = new ArrayList<>();
        for (int peer = 0; peer < size(); peer++)
            parts.add(ByteBuffer.wrap(all, peer * bytes, bytes).slice());
        return parts;
    }

    private long[] words() {
        return first == null ? control : NO_WORDS;
    }

    private void take(Gathered one) {
        if (first == null) first = one;
        waitNanos += one.waitNanos();
        wireNanos += one.wireNanos();
    }
}
