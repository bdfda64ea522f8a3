package rubato.collective;

import java.nio.file.Path;
import java.time.Duration;
import rubato.net.Token;
import rubato.net.Transport;

/** Where the ranks of a group find each other, and the secret by which they know each other. */
public interface Rendezvous {
    /** Rank 0 listens there, the others dial it. */
    static Rendezvous at(String host, int port, Token token) {
        return new DialRendezvous(host, port, token);
    }

    /** A directory that all ranks see; it must be new for every group. */
    static Rendezvous in(Path directory, Token token) {
        return new FileRendezvous(directory, token);
    }

    /** Waits for all ranks and connects them. */
    Met meet(int rank, int size, Duration deadline);

    /** @param close gives up what the meeting needed, after the transport */
    record Met(Transport transport, Runnable close) {}
}
