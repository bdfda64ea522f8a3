package rubato.net;

import java.nio.ByteBuffer;

/**
 * Byte streams to every other rank of one generation, authenticated, with one wait for all of them.
 * Used by one thread; {@link #wake} and {@link #close} may be called from any.
 */
public interface Transport extends AutoCloseable {
    int rank();

    int size();

    /** Reads what is there into the buffer. @return the number of bytes, 0 if there are none now, -1 if the peer hung up */
    int read(int peer, ByteBuffer into) throws PeerLostException;

    /** Writes what fits now. @return the number of bytes */
    int write(int peer, ByteBuffer from) throws PeerLostException;

    /** Says what {@link #await} should wake up for. */
    void interest(int peer, boolean read, boolean write);

    /** Waits until a stream is ready for what it is waited for, {@link #wake} is called, or the time is over. */
    void await(long nanos) throws PeerLostException;

    void wake();

    /** Lets every peer know, after what was written before, that nothing follows. Any thread. */
    void hangUp();

    /** Closes every stream; the peers notice at once. */
    @Override
    void close();
}
