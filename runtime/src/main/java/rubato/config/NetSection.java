package rubato.config;

import java.nio.file.Path;
import java.util.List;
import rubato.net.LinkOptions;
import rubato.net.TransportChoice;

/**
 * {@code net}: what carries the bytes between workers, and from where coordinator and workers may be reached.
 *
 * @param insecure also from other machines, although nothing is encrypted
 */
public record NetSection(
        String transport, String shmDirectory, int tcpStreams, boolean insecure, List<String> interfaces) {
    static final List<String> TRANSPORTS = List.of("auto", "shm", "unix", "tcp");

    /** How links are made. */
    public LinkOptions links() {
        return new LinkOptions(TransportChoice.parse(transport), Path.of(shmDirectory), tcpStreams);
    }
}
