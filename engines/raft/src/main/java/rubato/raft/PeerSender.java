package rubato.raft;

/** The way to the other replicas: messages may be lost, late, doubled or out of order. */
interface PeerSender {
    /** Queues a message; never blocks. */
    void send(int replica, byte[] message);

    /** Whether there is a connection. */
    boolean reaches(int replica);
}
