package rubato.collective;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import rubato.net.Exposure;
import rubato.net.LinkOptions;
import rubato.net.Peer;
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
        PeerListener listener = PeerListener.open(token, worker(rank), host, 0, Exposure.LOOPBACK, LinkOptions.DEFAULT);
        try {
            List<Peer> peers = new ArrayList<>();
            for (InetSocketAddress address : everyone.apply(listener.address()))
                peers.add(new Peer(worker(peers.size()), address));
            return new Rendezvous.Met(listener.connect(1, 1, rank, peers, deadline), listener::close);
        } catch (PeerLostException e) {
            listener.close();
            throw new CollectiveException(e.rank(), String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            listener.close();
            throw e;
        }
    }

    private static WorkerId worker(int rank) {
        return new WorkerId("rank-" + rank, 1);
    }
}
