package rubato.raft;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import rubato.error.RubatoException;
import rubato.log.ReplicaPlace;
import rubato.log.ReplicationEngine;
import rubato.net.Hub;

/**
 * The connections between replicas over the hub on which the coordinator listens to everyone: one per pair, dialed by the
 * replica with the higher number and again whenever it is gone. Their messages begin with a byte of their own.
 */
final class PeerLinks implements PeerSender, AutoCloseable {
    /** First byte of every message between replicas. */
    public static final byte MARK = 'R';

    private static final byte HELLO = 0;
    private static final byte RAFT = 1;
    private static final long RETRY_NANOS = 50_000_000L;
    private static final Duration DIAL_LIMIT = Duration.ofMillis(500);

    private final int self;
    private final List<Integer> members;
    private final byte[] hello;
    private final IntFunction<Optional<ReplicationEngine.Address>> addresses;
    private final Thread dialer;
    private @Nullable Hub hub;
    private @Nullable RaftReplica replica;

    /** Guards every field below. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition changed = lock.newCondition();
    private final Map<Integer, Hub.Connection> links = new HashMap<>();
    private final Map<Hub.Connection, Integer> owners = new HashMap<>();
    private boolean closed;

    /** @param addresses asked before every attempt to connect, for it may change when a replica is started again */
    public PeerLinks(ReplicaPlace place, IntFunction<Optional<ReplicationEngine.Address>> addresses) {
        this.self = place.self();
        this.members = place.members();
        this.addresses = addresses;
        byte[] run = place.run().getBytes(StandardCharsets.UTF_8);
        this.hello = ByteBuffer.allocate(6 + run.length)
                .put(MARK)
                .put(HELLO)
                .putInt(self)
                .put(run)
                .array();
        this.dialer = new Thread(this::dialLoop, "rubato-peers-dial");
        dialer.setDaemon(true);
    }

    /** Begins to connect. */
    public void start(Hub over, RaftReplica receiver) {
        hub = over;
        replica = receiver;
        dialer.start();
    }

    /** Whether a message is one between replicas. */
    public static boolean isPeerMessage(byte[] message) {
        return message.length > 1 && message[0] == MARK;
    }

    /** A message for which {@link #isPeerMessage} holds. */
    public void received(Hub.Connection connection, byte[] message) {
        if (message[1] == HELLO) greeted(connection, message);
        else if (message[1] == RAFT) handOn(connection, message);
        else connection.close("unknown message between coordinators");
    }

    private void greeted(Hub.Connection connection, byte[] message) {
        int from = message.length < 6 ? -1 : ByteBuffer.wrap(message).getInt(2);
        if (from == self || !members.contains(from) || !sameRun(message)) {
            connection.close("is no coordinator of this run");
            return;
        }
        Integer taken = owner(connection);
        if (taken != null && taken != from) {
            connection.close("is coordinator " + from + ", not " + taken);
            return;
        }
        if (adopt(from, connection)) connection.send(hello);
    }

    private boolean sameRun(byte[] message) {
        return ByteBuffer.wrap(message, 6, message.length - 6).equals(ByteBuffer.wrap(hello, 6, hello.length - 6));
    }

    /** @return whether the connection is new */
    private boolean adopt(int peer, Hub.Connection connection) {
        Hub.Connection earlier;
        lock.lock();
        try {
            earlier = links.put(peer, connection);
            if (earlier == connection) return false;
            owners.put(connection, peer);
            if (earlier != null) owners.remove(earlier);
            changed.signal();
        } finally {
            lock.unlock();
        }
        if (earlier != null) earlier.close("replaced by a newer connection");
        return true;
    }

    private void handOn(Hub.Connection connection, byte[] message) {
        Integer from = owner(connection);
        RaftReplica to = replica;
        if (from == null || to == null) {
            connection.close("spoke before it said which coordinator it is");
            return;
        }
        byte[] raft = new byte[message.length - 2];
        System.arraycopy(message, 2, raft, 0, raft.length);
        to.receive(from, raft);
    }

    private @Nullable Integer owner(Hub.Connection connection) {
        lock.lock();
        try {
            return owners.get(connection);
        } finally {
            lock.unlock();
        }
    }

    /** A connection of the hub closed; of no concern unless a replica was behind it. */
    public void closed(Hub.Connection connection) {
        Integer peer;
        lock.lock();
        try {
            peer = owners.remove(connection);
            if (peer == null) return;
            links.remove(peer, connection);
        } finally {
            lock.unlock();
        }
        if (replica != null) replica.lost(peer);
    }

    @Override
    public void send(int peer, byte[] message) {
        Hub.Connection connection = link(peer);
        if (connection == null) return;
        byte[] framed = new byte[message.length + 2];
        framed[0] = MARK;
        framed[1] = RAFT;
        System.arraycopy(message, 0, framed, 2, message.length);
        connection.send(framed);
    }

    @Override
    public boolean reaches(int peer) {
        return link(peer) != null;
    }

    private Hub.@Nullable Connection link(int peer) {
        lock.lock();
        try {
            return links.get(peer);
        } finally {
            lock.unlock();
        }
    }

    private void dialLoop() {
        while (awaitNextRound()) {
            for (int peer : members) if (peer < self && link(peer) == null) dial(peer);
        }
    }

    private void dial(int peer) {
        Optional<ReplicationEngine.Address> address = addresses.apply(peer);
        Hub over = hub;
        if (address.isEmpty() || over == null) return;
        try {
            Hub.Connection connection =
                    over.dial(address.get().host(), address.get().port(), DIAL_LIMIT);
            connection.send(hello);
            if (!awaitAnswer(peer)) connection.close("did not say which coordinator it is");
        } catch (RubatoException | IllegalStateException e) {
            return; // not there now: tried again in the next round
        }
    }

    /**
     * Only an answered greeting makes a link, on the hub's thread, which then also learns when it ends: one that closed
     * before it was noted down would never be dialed again.
     *
     * @return false if there was none within {@link #DIAL_LIMIT}
     */
    private boolean awaitAnswer(int peer) {
        lock.lock();
        try {
            long left = DIAL_LIMIT.toNanos();
            while (!closed && !links.containsKey(peer) && left > 0) left = changed.awaitNanos(left);
            return links.containsKey(peer);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** @return false once closed */
    private boolean awaitNextRound() {
        lock.lock();
        try {
            long left = RETRY_NANOS;
            while (!closed && left > 0) left = changed.awaitNanos(left);
            return !closed;
        } catch (InterruptedException e) {
            return false;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
        dialer.interrupt();
    }
}
