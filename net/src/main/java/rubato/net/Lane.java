package rubato.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;

/** A byte stream each way between two processes: what a link's data goes over. */
interface Lane {
    /** @return the number of bytes, 0 if there are none now, -1 if the peer is gone */
    int read(ByteBuffer into) throws IOException;

    int write(ByteBuffer from) throws IOException;

    /** Takes part in a selector's waiting, with no interest yet. */
    void join(Selector selector) throws IOException;

    /**
     * Says what to wake up for.
     *
     * @return whether it is there already, so that nobody may sleep
     */
    boolean interest(boolean read, boolean write);

    /** After the waiting: nobody needs to be woken. */
    void awake();

    void close();
}
