package rubato.runtime;

import java.util.function.BiConsumer;
import java.util.function.Consumer;
import rubato.collective.Mesh;
import rubato.net.HostPort;
import rubato.net.Route;
import rubato.seam.Clock;
import rubato.step.StateName;
import rubato.world.Member;

/** A worker's listening sockets: one for the links of its generation, one for peers that take over its state. */
record Doors(Mesh mesh, StatePort states, Place place) implements AutoCloseable {
    static Doors open(
            WorkerTerms terms,
            Endpoint endpoint,
            Place place,
            BiConsumer<StateName, Consumer<StatePort.Answer>> freeze,
            Kept kept,
            Clock clock) {
        StatePort states = new StatePort(endpoint.token(), place.exposure(), place.host(), freeze, kept, clock);
        try {
            Mesh mesh = Mesh.open(
                    endpoint.token(),
                    terms.id(),
                    place.host(),
                    0,
                    place.exposure(),
                    terms.stepDeadline(),
                    place.route());
            return new Doors(mesh, states, place);
        } catch (RuntimeException e) {
            states.close();
            throw e;
        }
    }

    /** As peers and coordinator know this worker. */
    Member member(WorkerTerms terms) {
        return new Member(
                terms.id(), HostPort.announced(place.host()), mesh.address().getPort(), states.port());
    }

    Route route() {
        return place.route();
    }

    @Override
    public void close() {
        mesh.close();
        states.close();
    }
}
