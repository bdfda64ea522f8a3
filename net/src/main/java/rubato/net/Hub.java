package rubato.net;

import java.time.Duration;

/**
 * Message connections: listens, dials, authenticates, and delivers whole frames, all callbacks on one event thread.
 * Nothing of a peer that has not proved the token reaches the handler.
 */
public interface Hub extends AutoCloseable {
    /** Starts listening; port 0 picks one. @return the bound port */
    int listen(String host, int port);

    /** Connects, proves the token both ways, and returns; the handler's {@code opened} runs as for an accepted connection. */
    Connection dial(String host, int port, Duration deadline);

    @Override
    void close();

    /** One authenticated connection. Thread-safe. */
    interface Connection {
        /** Queues one message; never blocks. A peer that does not read is closed once 64 MiB wait for it. */
        void send(byte[] message);

        /** Closes after what is queued was sent, or after 1 s. */
        void close(String reason);

        String peer();
    }

    /** What the owner of a hub is told; on the hub's event thread, must not block. */
    interface Handler {
        void opened(Connection connection, boolean dialed);

        void received(Connection connection, byte[] message);

        void closed(Connection connection, String reason);
    }
}
