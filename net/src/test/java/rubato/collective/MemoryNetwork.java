package rubato.collective;

import java.nio.ByteBuffer;
import rubato.net.PeerLostException;
import rubato.net.Transport;
import rubato.random.SplitMix;

/** Byte streams between ranks of one thread: how much goes at a time is drawn from a seed, and a rank may die or stop at any byte. */
final class MemoryNetwork {
    private final int size;
    private final int capacity;
    private final SplitMix random;
    private final Pipe[][] pipes;
    private final long[] sent;
    private final long[] fate;
    private final boolean[] stops;
    private final boolean[] dead;

    /** @param capacity bytes under way on one stream */
    MemoryNetwork(int size, int capacity, long seed) {
        this.size = size;
        this.capacity = capacity;
        this.random = new SplitMix(seed);
        this.pipes = new Pipe[size][size];
        for (int from = 0; from < size; from++) for (int to = 0; to < size; to++) pipes[from][to] = new Pipe(capacity);
        this.sent = new long[size];
        this.fate = new long[size];
        java.util.Arrays.fill(fate, Long.MAX_VALUE);
        this.stops = new boolean[size];
        this.dead = new boolean[size];
    }

    private static final class Pipe {
        final byte[] bytes;
        long written;
        long read;
        boolean ended;

        Pipe(int capacity) {
            bytes = new byte[capacity];
        }
    }

    /** Lets a rank end after it has sent so many bytes: it dies, or it stops and its streams stay open. */
    void endAfter(int rank, long bytes, boolean stop) {
        fate[rank] = bytes;
        stops[rank] = stop;
        if (sent[rank] >= bytes) end(rank);
    }

    boolean isDead(int rank) {
        return dead[rank];
    }

    /** Bytes that went from one rank to another. */
    long carried(int from, int to) {
        return pipes[from][to].written;
    }

    /** Makes all that went from one rank to another unread, if no more did than is kept. */
    void rewind(int from, int to) {
        if (pipes[from][to].written > capacity) throw new IllegalStateException("some of it is lost");
        pipes[from][to].read = 0;
    }

    long sent(int rank) {
        return sent[rank];
    }

    /** Flips a bit of what is under way, if anything is. */
    boolean flip(int from, int to, int bit) {
        Pipe pipe = pipes[from][to];
        if (pipe.written == pipe.read) return false;
        int at = (int) ((pipe.read + Math.floorMod(bit / 8, (int) (pipe.written - pipe.read))) % capacity);
        pipe.bytes[at] ^= (byte) (1 << bit % 8);
        return true;
    }

    Transport transport(int rank) {
        return new MemoryTransport(rank);
    }

    private void end(int rank) {
        dead[rank] = true;
        if (stops[rank]) return;
        for (int to = 0; to < size; to++) pipes[rank][to].ended = true;
    }

    private int some(int most) {
        if (most <= 0) return 0;
        return random.nextInt(4) == 0 ? random.nextInt(most + 1) : most;
    }

    private final class MemoryTransport implements Transport {
        private final int rank;

        MemoryTransport(int rank) {
            this.rank = rank;
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
        public int read(int peer, ByteBuffer into) {
            Pipe pipe = pipes[peer][rank];
            int count = some((int) Math.min(into.remaining(), pipe.written - pipe.read));
            int at = (int) (pipe.read % capacity);
            int first = Math.min(count, capacity - at);
            into.put(pipe.bytes, at, first).put(pipe.bytes, 0, count - first);
            pipe.read += count;
            return count == 0 && pipe.ended && pipe.written == pipe.read ? -1 : count;
        }

        @Override
        public int write(int peer, ByteBuffer from) throws PeerLostException {
            if (dead[peer] && !stops[peer]) throw new PeerLostException(peer, "rank " + peer + " is gone");
            Pipe pipe = pipes[rank][peer];
            long free = capacity - (pipe.written - pipe.read);
            int count = some((int) Math.min(from.remaining(), Math.min(free, fate[rank] - sent[rank])));
            int at = (int) (pipe.written % capacity);
            int first = Math.min(count, capacity - at);
            from.get(pipe.bytes, at, first).get(pipe.bytes, 0, count - first);
            pipe.written += count;
            sent[rank] += count;
            if (sent[rank] >= fate[rank]) end(rank);
            return count;
        }

        @Override
        public void interest(int peer, boolean read, boolean write) {}

        @Override
        public void await(long nanos) {}

        @Override
        public void wake() {}

        @Override
        public void hangUp() {
            for (int to = 0; to < size; to++) pipes[rank][to].ended = true;
        }

        @Override
        public void close() {
            hangUp();
        }
    }
}
