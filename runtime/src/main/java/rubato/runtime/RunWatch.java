package rubato.runtime;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import rubato.error.RubatoException;
import rubato.event.Event;
import rubato.event.Listener;
import rubato.net.Hub;
import rubato.net.NioHub;
import rubato.protocol.ToCoordinator;
import rubato.protocol.ToWorker;
import rubato.seam.Clock;

/** Hears of everything a run's coordinator tells its listeners, from another process; finds the next coordinator by itself. */
final class RunWatch implements Hub.Handler, AutoCloseable {
    private static final Duration DIAL = Duration.ofSeconds(1);
    private static final long PAUSE_NANOS = 50_000_000;
    private static final long LEADERLESS_NANOS = 1_000_000_000;
    /** A coordinator that does not lead hangs up sooner. */
    private static final long SETTLED_NANOS = 500_000_000;

    private final Path run;
    private final Listener listener;
    private final IntConsumer wanted;
    private final Clock clock;
    private final NioHub hub;
    private final Thread thread = new Thread(this::connect, "rubato-watch");
    private volatile boolean closed;
    private volatile boolean connected;

    // The watching thread's own.
    private Hub.@Nullable Connection connection;
    private @Nullable Endpoint at;
    private long dialedAt;
    private long ledUntil;
    /** Nothing to warn of before the first one leads. */
    private boolean warned = true;

    RunWatch(Path run, Listener listener, IntConsumer wanted, Clock clock) {
        this.clock = clock;
        this.run = run;
        this.listener = listener;
        this.wanted = wanted;
        this.hub = NioHub.open(Endpoint.readToken(run.resolve("token")), this, Protection.ofMember(run.resolve("tls")));
        thread.setDaemon(true);
        thread.start();
    }

    private void connect() {
        while (!closed) {
            if (!connected) dial();
            else leaveIfAnotherLeads();
            warnIfNobodyLeads();
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private void dial() {
        try {
            Endpoint endpoint = Endpoint.read(run);
            connected = true;
            dialedAt = clock.nanos();
            Hub.Connection dialed = hub.dial(endpoint.host(), endpoint.port(), DIAL);
            dialed.send(Wire.encode(new ToCoordinator.Watch()));
            connection = dialed;
            at = endpoint;
        } catch (RubatoException e) {
            connected = false;
        }
    }

    /** The coordinator before may hang without hanging up. */
    private void leaveIfAnotherLeads() {
        Endpoint watched = at;
        Hub.Connection open = connection;
        if (watched == null || open == null) return;
        try {
            if (!Endpoint.read(run).sameAddressAs(watched)) open.close("another coordinator leads");
        } catch (RubatoException e) {
            return; // just being written
        }
    }

    private void warnIfNobodyLeads() {
        long now = clock.nanos();
        if (connected && now - dialedAt > SETTLED_NANOS) {
            ledUntil = now;
            warned = false;
        }
        if (warned || closed || now - ledUntil < LEADERLESS_NANOS) return;
        warned = true;
        warn("no coordinator leads: nothing is committed until a majority of them runs; `rubato status " + run
                + "` names those that do");
    }

    /** Tells of something that the launcher has found. */
    void warn(String line) {
        listener.on(clock.epochMillis(), new Event.Warning(line));
    }

    @Override
    public void opened(Hub.Connection connection, boolean dialed) {}

    @Override
    public void received(Hub.Connection connection, byte[] bytes) {
        ToWorker message = Wire.toWorker(bytes);
        if (message instanceof ToWorker.Happened happened) happened(connection, happened);
        else if (message instanceof ToWorker.Wanted want) wanted.accept(want.workers());
    }

    private void happened(Hub.Connection connection, ToWorker.Happened happened) {
        listener.on(happened.epochMillis(), happened.event());
        if (!(happened.event() instanceof Event.RunFinished)) return;
        closed = true;
        connection.close("done");
    }

    @Override
    public void closed(Hub.Connection connection, String reason) {
        connected = false;
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        hub.close();
    }
}
