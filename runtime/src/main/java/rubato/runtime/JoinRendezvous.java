package rubato.runtime;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The coordinator's address, by hand.
 *
 * @param address {@code HOST:PORT}
 * @param tls directory with the run's certificates for workers
 */
public record JoinRendezvous(String address, Path tokenFile, Optional<Path> tls, Consumer<String> tell)
        implements Rendezvous {
    @Override
    public Endpoint endpoint() {
        Endpoint plain = Endpoint.at(address, Endpoint.readToken(tokenFile));
        return tls.map(directory -> plain.with(Protection.ofWorker(directory))).orElse(plain);
    }

    @Override
    public void waiting(String line) {
        tell.accept(line);
    }
}
