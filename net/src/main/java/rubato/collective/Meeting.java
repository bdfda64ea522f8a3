package rubato.collective;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import rubato.net.Peer;
import rubato.net.PeerListener;
import rubato.net.PeerLostException;
import rubato.net.Route;
import rubato.net.Transport;
import rubato.world.WorkerId;

/**
 * What a rank has after a rendezvous: it listened, learnt where the others listen, and connected.
 *
 * @param close gives up what the meeting needed, after the transport
 */
record Meeting(Transport transport, Runnable close) {
    static Meeting hold(Rendezvous rendezvous, int rank, int size, Reach reach, Duration deadline) {
        long end = System.nanoTime() + deadline.toNanos();
        String host = reach.host().isEmpty() ? rendezvous.host(rank) : reach.host();
        PeerListener listener = PeerListener.open(
                rendezvous.token(), worker(rank), host, 0, reach.exposure(), reach.links(), Route.on(host));
        try {
            List<InetSocketAddress> all = rendezvous.meet(rank, size, listener.address(), reach.exposure(), deadline);
            Duration left = Duration.ofNanos(Math.max(1, end - System.nanoTime()));
            return new Meeting(listener.connect(1, 1, rank, peers(all), left), listener::close);
        } catch (PeerLostException e) {
            listener.close();
            throw new CollectiveException(e.rank(), String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            listener.close();
            throw e;
        }
    }

    /** The ranks that listen there. */
    static List<Peer> peers(List<InetSocketAddress> addresses) {
        List<Peer> peers = new ArrayList<>();
        for (InetSocketAddress address : addresses) peers.add(new Peer(worker(peers.size()), address));
        return peers;
    }

    private static WorkerId worker(int rank) {
        return new WorkerId("rank-" + rank, 1);
    }
}
