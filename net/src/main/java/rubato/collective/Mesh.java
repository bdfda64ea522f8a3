package rubato.collective;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import rubato.net.Exposure;
import rubato.net.PeerListener;
import rubato.net.PeerLostException;
import rubato.net.Route;
import rubato.net.Token;
import rubato.world.Generation;
import rubato.world.WorkerId;

/** A worker's door for its peers: opened once, before the worker joins, it makes one collective per generation. */
public final class Mesh implements AutoCloseable {
    private static final Duration OPERATION = Duration.ofSeconds(60);

    private final PeerListener listener;
    private final Duration operation;

    private Mesh(PeerListener listener, Duration operation) {
        this.listener = listener;
        this.operation = operation;
    }

    /** Listens on a free port of 127.0.0.1; an operation may take 60 s. */
    public static Mesh open(Token token, WorkerId worker) {
        return open(token, worker, "127.0.0.1", 0, Exposure.LOOPBACK, OPERATION);
    }

    /**
     * @param port 0 for any free one
     * @param operation the longest any one collective operation may take
     */
    public static Mesh open(
            Token token, WorkerId worker, String host, int port, Exposure exposure, Duration operation) {
        return open(token, worker, host, port, exposure, operation, Route.DIRECT);
    }

    /** @param route by which peers are dialed */
    public static Mesh open(
            Token token, WorkerId worker, String host, int port, Exposure exposure, Duration operation, Route route) {
        return new Mesh(PeerListener.open(token, worker, host, port, exposure, route), operation);
    }

    /** What peers need in order to reach this worker. */
    public InetSocketAddress address() {
        return listener.address();
    }

    /** How many connections ended without proving the token. */
    public long dropped() {
        return listener.dropped();
    }

    /**
     * Connects all members of a generation, each of which calls this; a generation must not be before an earlier call's.
     *
     * @param addresses of every member's mesh, by rank
     * @throws CollectiveException if a peer cannot be reached by the deadline or takes itself or this for another rank
     */
    public Collective connect(long term, long number, int rank, List<InetSocketAddress> addresses, Duration deadline) {
        Generation generation = new Generation(term, number);
        try {
            return new ExchangeCollective(
                    listener.connect(term, number, rank, addresses, deadline), term, number, operation);
        } catch (PeerLostException e) {
            throw new CollectiveException(e.rank(), e.getMessage() + " for generation " + generation);
        }
    }

    /** Stops listening and makes a waiting {@link #connect} fail; collectives already made go on. */
    @Override
    public void close() {
        listener.close();
    }
}
