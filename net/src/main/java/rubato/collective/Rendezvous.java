package rubato.collective;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import rubato.net.Exposure;
import rubato.net.Token;

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

    Token token();

    /** The address of this machine by which the meeting is reached. */
    String host(int rank);

    /**
     * Tells the others where this rank listens, and waits until all have done so.
     *
     * @param exposure what protects the meeting
     * @return where every rank listens
     */
    List<InetSocketAddress> meet(int rank, int size, InetSocketAddress own, Exposure exposure, Duration deadline);
}
