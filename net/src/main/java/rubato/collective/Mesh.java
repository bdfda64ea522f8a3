package rubato.collective;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import rubato.net.Exposure;
import rubato.net.LinkOptions;
import rubato.net.Peer;
import rubato.net.PeerListener;
import rubato.net.PeerLostException;
import rubato.net.Route;
import rubato.net.SharedGroup;
import rubato.net.Token;
import rubato.net.Transport;
import rubato.world.Generation;
import rubato.world.WorkerId;

/** A worker's door for its peers: opened once, before the worker joins, it makes one collective per generation. */
public final class Mesh implements AutoCloseable {
    private static final Duration OPERATION = Duration.ofSeconds(60);

    private final PeerListener listener;
    private final Duration operation;
    private @Nullable Collective current;

    private Mesh(PeerListener listener, Duration operation) {
        this.listener = listener;
        this.operation = operation;
    }

    /** Listens on a free port of 127.0.0.1; an operation may take 60 s. */
    public static Mesh open(Token token, WorkerId worker) {
        return open(token, worker, "127.0.0.1", 0, Exposure.LOOPBACK, LinkOptions.DEFAULT, OPERATION);
    }

    /** Links as by default. */
    public static Mesh open(
            Token token, WorkerId worker, String host, int port, Exposure exposure, Duration operation) {
        return open(token, worker, host, port, exposure, LinkOptions.DEFAULT, operation);
    }

    /**
     * @param port 0 for any free one
     * @param operation the longest any one collective operation may take
     */
    public static Mesh open(
            Token token, WorkerId worker, String host, int port, Exposure exposure, Duration operation, Route route) {
        return open(token, worker, host, port, exposure, LinkOptions.DEFAULT, operation, route);
    }

    /** Straight to the peers. */
    public static Mesh open(
            Token token,
            WorkerId worker,
            String host,
            int port,
            Exposure exposure,
            LinkOptions links,
            Duration operation) {
        return open(token, worker, host, port, exposure, links, operation, Route.DIRECT);
    }

    /** @param route by which peers are dialed */
    public static Mesh open(
            Token token,
            WorkerId worker,
            String host,
            int port,
            Exposure exposure,
            LinkOptions links,
            Duration operation,
            Route route) {
        return new Mesh(PeerListener.open(token, worker, host, port, exposure, links, route), operation);
    }

    /** What peers need in order to reach this worker. */
    public InetSocketAddress address() {
        return listener.address();
    }

    /** How links are made from now on. */
    public void use(LinkOptions links) {
        listener.use(links);
    }

    /** How many links to peers were made; one that serves several generations counts once. */
    public long linksMade() {
        return listener.linksMade();
    }

    /** How many connections ended without proving the token. */
    public long dropped() {
        return listener.dropped();
    }

    /**
     * Connects all members of a generation, each of which calls this; a generation must not be before an earlier call's. Links
     * to processes that were members before are kept. Ends the collective of an earlier call.
     *
     * @param peers every member, by rank
     * @throws CollectiveException if a peer cannot be reached by the deadline or takes itself or this for another rank
     */
    public Collective connect(long term, long number, int rank, List<Peer> peers, Duration deadline) {
        return connect(term, number, rank, peers, deadline, () -> false);
    }

    /** @param unwanted whether the generation has ended meanwhile: waiting for its members does too, within milliseconds */
    public Collective connect(
            long term, long number, int rank, List<Peer> peers, Duration deadline, BooleanSupplier unwanted) {
        Collective earlier = current;
        if (earlier != null) earlier.close();
        Generation generation = new Generation(term, number);
        try {
            Transport transport = listener.connect(term, number, rank, peers, deadline, unwanted);
            SharedGroup shared = transport.shared();
            ExchangeCollective streams = new ExchangeCollective(transport, term, number, operation);
            Collective made = shared != null && shared.size() == transport.size()
                    ? new SharedCollective(transport, shared, streams, operation)
                    : streams;
            current = made;
            return made;
        } catch (PeerLostException e) {
            throw new CollectiveException(e.rank(), e.getMessage() + " for generation " + generation);
        }
    }

    /** Closes the links to all peers and makes a waiting {@link #connect} fail. */
    @Override
    public void close() {
        listener.close();
    }
}
