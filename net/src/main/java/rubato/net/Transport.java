package rubato.net;

import java.nio.ByteBuffer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Byte streams to every other rank of one generation, authenticated, with one wait for all of them.
 * Used by one thread; {@link #wake}, {@link #abort} and {@link #close} may be called from any.
 */
public interface Transport extends AutoCloseable {
    int rank();

    int size();

    /** The host of every rank, numbered from 0 in the order of their lowest ranks. */
    default int[] hosts() {
        return IntStream.range(0, size()).toArray();
    }

    /** What carries the bytes to a peer. */
    default TransportChoice carrier(int peer) {
        return TransportChoice.TCP;
    }

    /** The memory that the ranks of this host share, if there is any. */
    default @Nullable SharedGroup shared() {
        return null;
    }

    /**
     * Makes more shared memory for the ranks of this host, all of which call this.
     *
     * @param bytes for every one of them
     */
    default SharedGroup share(long bytes) throws PeerLostException {
        throw new PeerLostException(-1, "these ranks share no memory");
    }

    /** Reads what is there into the buffer. @return the number of bytes, 0 if there are none now, -1 if the peer has left */
    int read(int peer, ByteBuffer into) throws PeerLostException;

    /** Writes what fits now. @return the number of bytes */
    int write(int peer, ByteBuffer from) throws PeerLostException;

    /** Says what {@link #await} should wake up for. */
    void interest(int peer, boolean read, boolean write);

    /**
     * Waits until a stream is ready for what it is waited for, {@link #wake} is called, a peer calls {@link #nudge}, or the time is
     * over; throws once a peer is dead or has given up.
     */
    void await(long nanos) throws PeerLostException;

    /** Whether a peer is known to have left: nothing more comes of it but what it sent before. */
    default boolean left(int peer) {
        return false;
    }

    /** Ends this rank's waiting. */
    void wake();

    /** Ends a peer's waiting. */
    default void nudge(int peer) throws PeerLostException {}

    /**
     * Gives the generation up and tells every peer, whose next wait throws with this reason.
     *
     * @param blamed the rank at fault, or -1
     */
    default void abort(int blamed, String reason) {
        hangUp();
    }

    /** Lets every peer know, after what was written before, that nothing follows; reading goes on. Any thread. */
    void hangUp();

    /** Leaves the generation: each peer can still read what was written before. The links stay for the next one. */
    @Override
    void close();
}
