package rubato.runtime;

import org.jspecify.annotations.Nullable;
import rubato.config.RunConfig;
import rubato.net.Interfaces;
import rubato.net.NioHub;
import rubato.net.Token;

/** A listening socket for the only coordinator of a run. */
final class OwnFront implements Front {
    private final RunConfig config;
    private final RunDirectory directory;
    private final Token token;
    private @Nullable NioHub hub;
    private int port;

    OwnFront(RunConfig config, RunDirectory directory, Token token) {
        this.config = config;
        this.directory = directory;
        this.token = token;
    }

    @Override
    public void open(CoordinatorService service) {
        NioHub opened = NioHub.open(token, service, Protection.ofCoordinator(config, directory.path()));
        hub = opened;
        port = opened.listen(config.coordinator().host(), config.coordinator().port());
    }

    @Override
    public void announce() {
        new Endpoint(Place.ofCoordinator(config, Interfaces.ofThisMachine()), port, token).write(directory.path());
    }

    @Override
    public void close() {
        if (hub != null) hub.close();
    }
}
