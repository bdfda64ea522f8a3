package rubato.runtime;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import rubato.error.RubatoException;
import rubato.net.Hub;
import rubato.net.NioHub;
import rubato.protocol.ToCoordinator;
import rubato.seam.Clock;

/**
 * A worker's connection to the coordinator. When it breaks the link looks for a coordinator again, at the address the run
 * directory names by then, until one answers or the patience is over. What is sent meanwhile is lost: the protocol repeats it.
 */
final class ControlLink implements AutoCloseable {
    private static final Duration DIAL = Duration.ofSeconds(5);
    /** Fifteen seconds of beats. */
    private static final int SILENT_BEATS = 75;

    private static final String SILENT = "the coordinator has not answered for 15 s";
    private static final long PAUSE_NANOS = 50_000_000;
    private static final long LOOK_NANOS = 200_000_000;

    /** What the owner of the link is told, on the link's own thread. */
    interface Owner {
        /** A coordinator is there again. */
        void reconnected();

        /** None answered in time. */
        void gaveUp(String reason);
    }

    private final NioHub hub;
    private final Supplier<Endpoint> endpoint;
    private final BooleanSupplier orphaned;
    private final Clock clock;
    private final Owner owner;
    private final Supplier<Duration> patience;
    private volatile Hub.@Nullable Connection connection;
    private volatile @Nullable Endpoint at;
    private volatile long looked;
    /** Since the coordinator last said anything; beats stop with this process, a clock does not. */
    private volatile int unanswered;

    private volatile boolean closed;

    /**
     * @param endpoint where a coordinator listens now
     * @param orphaned whether the process this one belongs to has ended, so that looking on is pointless
     */
    ControlLink(
            NioHub hub,
            Supplier<Endpoint> endpoint,
            BooleanSupplier orphaned,
            Supplier<Duration> patience,
            Clock clock,
            Owner owner) {
        this.hub = hub;
        this.endpoint = endpoint;
        this.orphaned = orphaned;
        this.patience = patience;
        this.clock = clock;
        this.owner = owner;
    }

    /** @return where a coordinator answered */
    Endpoint open() {
        Endpoint named = endpoint.get();
        connection = hub.dial(named.host(), named.port(), DIAL);
        at = named;
        return named;
    }

    /** Anything came from the coordinator. */
    void heard() {
        unanswered = 0;
    }

    /**
     * Sends a beat, which the coordinator answers. One that leaves so many unanswered is gone, whatever TCP believes: a cut wire closes
     * no connection for a quarter of an hour.
     */
    void beat(ToCoordinator.Beat beat) {
        Hub.Connection open = connection;
        int silent = open == null ? 0 : unanswered + 1;
        unanswered = silent;
        if (open == null || silent <= SILENT_BEATS) {
            send(beat);
            return;
        }
        unanswered = 0;
        if (lost(open, SILENT)) open.close(SILENT);
    }

    void send(ToCoordinator message) {
        followLeader();
        Hub.Connection open = connection;
        if (open != null) open.send(Wire.encode(message));
    }

    /** Goes to another coordinator if the run names another by now: the one before may hang without hanging up. */
    private void followLeader() {
        Hub.Connection open = connection;
        Endpoint known = at;
        long now = clock.nanos();
        if (open == null || known == null || now - looked < LOOK_NANOS) return;
        looked = now;
        try {
            if (endpoint.get().sameAddressAs(known)) return;
        } catch (RubatoException e) {
            return; // just being written
        }
        if (lost(open, "another coordinator leads")) open.close("another coordinator leads");
    }

    /** The connection broke. @return whether it was the present one */
    synchronized boolean lost(Hub.Connection broken, String reason) {
        if (closed || broken != connection) return false;
        connection = null;
        Thread search = new Thread(() -> search(reason), "rubato-control");
        search.setDaemon(true);
        search.start();
        return true;
    }

    private void search(String reason) {
        long patienceNanos = patience.get().toNanos();
        long until = clock.nanos() + patienceNanos;
        String why = reason;
        while (!closed && clock.nanos() < until) {
            if (orphaned.getAsBoolean()) {
                owner.gaveUp("the coordinator is gone: " + reason);
                return;
            }
            try {
                open();
                owner.reconnected();
                return;
            } catch (RubatoException e) {
                why = String.valueOf(e.getMessage());
                LockSupport.parkNanos(PAUSE_NANOS);
            } catch (IllegalStateException hubClosed) {
                if (closed) return;
                throw hubClosed;
            }
        }
        if (!closed) owner.gaveUp("no coordinator for " + patienceNanos / 1_000_000_000 + " s: " + why);
    }

    /** Looks no further; to be closed before the hub is. */
    @Override
    public void close() {
        closed = true;
        Hub.Connection open = connection;
        if (open != null) open.close("done");
    }
}
