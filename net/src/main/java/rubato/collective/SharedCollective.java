package rubato.collective;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import rubato.net.PeerLostException;
import rubato.net.SharedGroup;
import rubato.net.Transport;
import rubato.plan.Algorithm;
import rubato.plan.Topology;
import rubato.shm.Bell;
import rubato.shm.SharedReduce;
import rubato.shm.SharedVector;
import rubato.signal.LinkCosts;

/**
 * A generation whose members are all on one host: plain sums go through the memory they share, sockets only tell of an end; anything
 * else goes over the same streams as elsewhere.
 */
final class SharedCollective implements Collective, Bell {
    private static final long LONGEST_SLEEP_NANOS = 100_000_000;

    private final Transport transport;
    private final SharedGroup group;
    private final ExchangeCollective streams;
    private final SharedBlame blame;
    private final SharedReduce reduce;
    private final Object lock = new Object();
    /** Why nothing goes on; written under lock. */
    private volatile @Nullable String broken;

    /** @param group all ranks of the transport */
    SharedCollective(Transport transport, SharedGroup group, ExchangeCollective streams, Duration deadline) {
        this.transport = transport;
        this.group = group;
        this.streams = streams;
        this.blame = new SharedBlame(group.ranks(), transport.rank(), deadline);
        this.reduce = new SharedReduce(group.memory(), group.index(), group.size(), this, deadline.toNanos());
    }

    @Override
    public int rank() {
        return transport.rank();
    }

    @Override
    public int size() {
        return transport.size();
    }

    @Override
    public void allReduce(long step, float[] vector, int length, long[] control, Manner manner, Gathered into) {
        if (!isShared(manner)) {
            overStreams(step, vector, length, control, manner, into);
            return;
        }
        if (control.length > SharedReduce.MAX_CONTROLS)
            throw new IllegalArgumentException(
                    "control words must be <= " + SharedReduce.MAX_CONTROLS + ", were " + control.length);
        check(vector, length);
        long start = System.nanoTime();
        try {
            reduce.sum(step, vector, length, control, into.begin(size(), rank(), control));
            long allEntered = reduce.allEnteredNanos();
            into.times(allEntered - start, System.nanoTime() - allEntered);
        } catch (IOException e) {
            throw failed(step, length, e);
        }
    }

    private void overStreams(long step, float[] vector, int length, long[] control, Manner manner, Gathered into) {
        requireWhole();
        try {
            streams.allReduce(step, vector, length, control, manner, into);
        } catch (CollectiveException e) {
            requireWhole();
            fail(e.peerRank(), String.valueOf(e.getMessage()));
            throw e;
        }
    }

    @Override
    public Gathered allGather(long step, byte[] all, long[] control) {
        requireWhole();
        try {
            return streams.allGather(step, all, control);
        } catch (CollectiveException e) {
            requireWhole();
            fail(e.peerRank(), String.valueOf(e.getMessage()));
            throw e;
        }
    }

    @Override
    public Partial start(long step, float[] vector, int length, int bucket, Manner manner) {
        requireWhole();
        return isShared(manner)
                ? new AtOnce(step, vector, length)
                : streams.start(step, vector, length, bucket, manner);
    }

    @Override
    public Optional<LinkCosts> measure(int length) {
        return Optional.empty();
    }

    private static boolean isShared(Manner manner) {
        return manner.codec() == null && manner.algorithm() instanceof Algorithm.Exchange;
    }

    @Override
    public void sum(long step, float[] vector, int length) {
        check(vector, length);
        try {
            reduce.sum(step, vector, length);
        } catch (IOException e) {
            throw failed(step, length, e);
        }
    }

    @Override
    public SymmetricVector symmetric(int length) {
        requireWhole();
        try {
            SharedGroup memory = transport.share(SharedVector.bytes(length));
            return new SymmetricVector(new SharedVector(memory.memory(), length, memory.index(), memory.size()));
        } catch (PeerLostException e) {
            throw failed(-1, length, e);
        }
    }

    @Override
    public void sum(long step, SymmetricVector vector, int length) {
        requireWhole();
        SharedVector shared = vector.shared();
        if (shared == null) throw new IllegalArgumentException("the vector is of another collective");
        try {
            reduce.sum(step, shared, length);
        } catch (IOException e) {
            throw failed(step, length, e);
        }
    }

    @Override
    public Topology topology() {
        return streams.topology();
    }

    @Override
    public String transport() {
        return "shm";
    }

    @Override
    public String algorithm(int length) {
        return reduce.isFlat(length) ? "flat" : "exchange";
    }

    private void check(float[] vector, int length) {
        requireWhole();
        if (length < 0 || length > vector.length)
            throw new IllegalArgumentException("length must be in 0.." + vector.length + ", was " + length);
    }

    @Override
    public void await(long nanos) throws IOException {
        requireWhole();
        for (int peer : group.ranks()) if (peer != rank()) transport.interest(peer, false, false);
        transport.await(Math.min(nanos, LONGEST_SLEEP_NANOS));
        requireWhole();
    }

    @Override
    public boolean gone(int member) {
        return transport.left(group.ranks()[member]);
    }

    @Override
    public void ring(int member) throws IOException {
        transport.nudge(group.ranks()[member]);
    }

    @Override
    public void abort(String reason) {
        fail(-1, reason);
        streams.abort(reason);
    }

    @Override
    public void close() {
        synchronized (lock) {
            if (broken == null) broken = "the collective is closed";
        }
        transport.close();
    }

    private void requireWhole() {
        String reason = broken;
        if (reason != null) throw new CollectiveException(-1, reason);
    }

    private void fail(int blamed, String reason) {
        synchronized (lock) {
            if (broken != null) return;
            broken = reason;
        }
        transport.abort(blamed, reason);
    }

    private CollectiveException failed(long step, int length, IOException e) {
        requireWhole();
        CollectiveException failure = blame.of(step, length, e);
        fail(failure.peerRank(), String.valueOf(failure.getMessage()));
        return failure;
    }

    /** Through shared memory a sum costs its additions, which no waiting hides: it is done when all is ready. */
    private final class AtOnce implements Partial {
        private final long step;
        private final float[] vector;
        private final int length;
        private int missing;

        AtOnce(long step, float[] vector, int length) {
            check(vector, length);
            this.step = step;
            this.vector = vector;
            this.length = length;
            this.missing = length;
        }

        @Override
        public void ready(int from, int to) {
            requireWhole();
            missing -= to - from;
        }

        @Override
        public Gathered finish(long[] control) {
            if (missing != 0)
                throw new IllegalStateException(missing + " of " + length + " elements are not ready in step " + step);
            return allReduce(step, vector, length, control);
        }
    }
}
