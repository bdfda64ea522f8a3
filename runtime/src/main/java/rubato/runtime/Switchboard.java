package rubato.runtime;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import rubato.codec.CodecException;
import rubato.config.RunConfig;
import rubato.log.Replication;
import rubato.net.Exposure;
import rubato.net.Hub;
import rubato.net.Interfaces;
import rubato.net.NioHub;
import rubato.net.Token;
import rubato.protocol.RunStatus;
import rubato.protocol.ToCoordinator;
import rubato.protocol.ToWorker;

/**
 * The one listening socket of a replicated coordinator: other coordinators reach its replica, everybody else the coordinator
 * if it leads; who does not lead says who does, answers what it knows of the run's status, and hangs up.
 */
final class Switchboard implements Hub.Handler, Front {
    private final CoordinatorPlaces places;
    private final int self;
    private final Replication replication;
    private final Supplier<RunStatus> status;
    private final NioHub hub;
    private final Endpoint endpoint;

    /** Guarded by itself. */
    private final Set<Hub.Connection> guests = new LinkedHashSet<>();

    private volatile @Nullable CoordinatorService service;

    /** @param status of the run as one who does not lead knows it */
    Switchboard(
            RunConfig config,
            CoordinatorPlaces places,
            int self,
            Token token,
            Exposure exposure,
            Replication replication,
            Supplier<RunStatus> status) {
        this.places = places;
        this.self = self;
        this.replication = replication;
        this.status = status;
        this.hub = NioHub.open(token, this, exposure);
        int wished = config.coordinator().port();
        int port = hub.listen(config.coordinator().host(), wished == 0 ? 0 : wished + self);
        this.endpoint = new Endpoint(Place.ofCoordinator(config, Interfaces.ofThisMachine()), port, token);
        places.register(self, endpoint);
    }

    Hub hub() {
        return hub;
    }

    @Override
    public void open(CoordinatorService coordinator) {
        service = coordinator;
    }

    @Override
    public void announce() {
        places.lead(self, endpoint);
    }

    /** Stops leading; the hub stays open for the other coordinators. */
    @Override
    public void close() {
        service = null;
        List<Hub.Connection> leaving;
        synchronized (guests) {
            leaving = List.copyOf(guests);
            guests.clear();
        }
        for (Hub.Connection guest : leaving) guest.close("coordinator " + self + " does not lead");
    }

    /** Closes the socket. */
    void end() {
        close();
        hub.close();
    }

    @Override
    public void opened(Hub.Connection connection, boolean dialed) {}

    @Override
    public void received(Hub.Connection connection, byte[] message) {
        if (replication.concerns(message)) {
            replication.received(connection, message);
            return;
        }
        synchronized (guests) {
            guests.add(connection);
        }
        CoordinatorService leading = service;
        if (leading != null) leading.received(connection, message);
        else turnAway(connection, message);
    }

    private void turnAway(Hub.Connection connection, byte[] message) {
        try {
            if (Wire.toCoordinator(message) instanceof ToCoordinator.AskStatus)
                connection.send(Wire.encode(new ToWorker.Status(status.get())));
            connection.close("coordinator " + self + " does not lead; " + places.whoLeads());
        } catch (CodecException e) {
            connection.close("cannot read message: " + e.getMessage());
        }
    }

    @Override
    public void closed(Hub.Connection connection, String reason) {
        replication.closed(connection);
        synchronized (guests) {
            guests.remove(connection);
        }
        CoordinatorService leading = service;
        if (leading != null) leading.closed(connection, reason);
    }
}
