package rubato.runtime;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import rubato.collective.Collective;
import rubato.compress.Codec;
import rubato.compress.Exchange;
import rubato.compress.Rounding;

/** The operations of one step on a collective; the first of them carries the control words. */
final class CollectiveExchange implements Exchange {
    private static final long[] NO_WORDS = {};

    private final Collective collective;
    private final long step;
    private final long[] control;
    private Collective.@Nullable Gathered first;
    private long waitNanos;
    private long wireNanos;
    private long sentBytes;

    CollectiveExchange(Collective collective, long step, long[] control) {
        this.collective = collective;
        this.step = step;
        this.control = control;
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
    Collective.Gathered gathered() {
        if (first == null) throw new IllegalStateException("step " + step + " had no operation");
        return new Collective.Gathered(first.controls(), waitNanos, wireNanos);
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
        plain(values, length);
        sentBytes += sumBytes(4L * length, size());
    }

    private void plain(float[] values, int length) {
        Collective.Gathered one = collective.allReduce(step, values, length, first == null ? control : NO_WORDS);
        if (first == null) first = one;
        waitNanos += one.waitNanos();
        wireNanos += one.wireNanos();
    }

    @Override
    public void allReduce(float[] values, int length, Codec codec, float[] lost) {
        Rounding.apply(codec, values, length);
        plain(values, length);
        float[] sum = values.clone();
        Rounding.apply(codec, values, length);
        int to = Rounding.sliceFrom(rank() + 1, size(), length, codec);
        for (int i = Rounding.sliceFrom(rank(), size(), length, codec); i < to; i++) lost[i] += sum[i] - values[i];
        sentBytes += sumBytes(codec.bytes(length), size());
    }

    @Override
    public List<ByteBuffer> allGather(ByteBuffer own) {
        int words = (own.remaining() + 1) / 2;
        float[] all = new float[words * size()];
        ByteBuffer bytes = own.duplicate();
        for (int i = 0; bytes.hasRemaining(); i++)
            all[rank() * words + i] = (bytes.get() & 0xFF) << 8 | (bytes.hasRemaining() ? bytes.get() & 0xFF : 0);
        plain(all, all.length);
        sentBytes += (long) own.remaining() * (size() - 1);
        List<ByteBuffer> parts = new ArrayList<>();
        for (int peer = 0; peer < size(); peer++) {
            ByteBuffer part = ByteBuffer.allocate(2 * words);
            for (int i = 0; i < words; i++) part.putShort((short) all[peer * words + i]);
            parts.add(part.flip().limit(own.remaining()));
        }
        return parts;
    }
}
