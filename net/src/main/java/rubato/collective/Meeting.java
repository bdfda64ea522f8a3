package rubato.collective;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import rubato.net.Exposure;
import rubato.net.PeerListener;
import rubato.net.PeerLostException;
import rubato.net.Token;
import rubato.world.WorkerId;

/** The end of every rendezvous: each rank listens, learns where the others listen, and connects. */
final class Meeting {
    private Meeting() {}

    /** @param everyone from the own address to those of all ranks */
    static Rendezvous.Met hold(
            int rank,
            Token token,
            String host,
            Duration deadline,
            Function<InetSocketAddress, List<InetSocketAddress>> everyone) {
        WorkerId own = new WorkerId("rank-" + rank, ProcessHandle.current().pid());
        PeerListener listener = PeerListener.open(token, own, host, 0, Exposure.LOOPBACK);
        try {
            List<InetSocketAddress> addresses = everyone.apply(listener.address());
            return new Rendezvous.Met(listener.connect(1, 1, rank, addresses, deadline), listener::close);
        } catch (PeerLostException e) {
            listener.close();
            throw new CollectiveException(e.rank(), String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            listener.close();
            throw e;
        }
    }
}
