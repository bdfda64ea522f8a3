package rubato.config;

import java.nio.file.Path;
import java.util.List;
import rubato.net.LinkOptions;
import rubato.net.TransportChoice;

/**
 * {@code net}: what protects connections, and what carries the bytes between workers.
 *
 * @param tls TLS 1.3 on every TCP connection, both sides showing a certificate of the run
 * @param insecure listen beyond this machine without it
 * @param interfaces where to listen: names, networks, exclusions; empty: where the coordinator is reached from
 */
public record NetSection(
        boolean tls, boolean insecure, List<String> interfaces, String transport, String shmDirectory, int tcpStreams) {
    static final List<String> TRANSPORTS = List.of("auto", "shm", "unix", "tcp");

    public NetSection {
        interfaces = List.copyOf(interfaces);
    }

    /** How links are made. */
    public LinkOptions links() {
        return new LinkOptions(TransportChoice.parse(transport), Path.of(shmDirectory), tcpStreams);
    }
}
