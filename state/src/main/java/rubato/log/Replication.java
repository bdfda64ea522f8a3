package rubato.log;

import rubato.net.Hub;

/** A replica and its conversation with the others over a hub that serves everybody else, too. */
public interface Replication extends AutoCloseable {
    ReplicatedLog log();

    /** Begins to take part. */
    void start(Hub hub, ReplicatedLog.Observer observer);

    /** Whether a message is one between replicas; then {@link #received} is to be called with it. */
    boolean concerns(byte[] message);

    void received(Hub.Connection connection, byte[] message);

    /** Any connection of the hub closed. */
    void closed(Hub.Connection connection);

    @Override
    void close();
}
