package rubato.net;

import java.nio.file.Path;

/**
 * How links to peers are made.
 *
 * @param transport what carries the bytes within a host
 * @param sharedDirectory where shared memory is made; a tmpfs
 * @param tcpStreams connections per TCP link that the bytes are spread over, 1..16
 */
public record LinkOptions(TransportChoice transport, Path sharedDirectory, int tcpStreams) {
    public static final LinkOptions DEFAULT = new LinkOptions(TransportChoice.AUTO, Path.of("/dev/shm"), 1);

    public LinkOptions {
        if (tcpStreams < 1 || tcpStreams > 16)
            throw new IllegalArgumentException("tcpStreams must be in 1..16, was " + tcpStreams);
    }

    public LinkOptions with(TransportChoice other) {
        return new LinkOptions(other, sharedDirectory, tcpStreams);
    }
}
