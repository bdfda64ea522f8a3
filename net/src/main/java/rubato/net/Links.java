package rubato.net;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import rubato.world.Generation;
import rubato.world.WorkerId;

/** A worker's links, by the process at their other end. */
final class Links {
    private static final long SHARED_BYTES = rubato.shm.SharedLayout.BYTES_PER_RANK;

    private final LinkMaker maker;
    private final Map<WorkerId, Link> links = new ConcurrentHashMap<>();
    private final AtomicLong made = new AtomicLong();
    private volatile boolean closed;

    Links(LinkMaker maker) {
        this.maker = maker;
    }

    long made() {
        return made.get();
    }

    void use(LinkOptions options) {
        maker.use(options);
    }

    /** Pairs of ranks meet in lexicographic order, the same everywhere, so that no two wait for each other. */
    Transport begin(Generation generation, int rank, List<Peer> peers, Until end) throws IOException {
        closeAllBut(peers);
        @Nullable Link[] byRank = new @Nullable Link[peers.size()];
        LinkTransport transport = null;
        try {
            for (int peer = 0; peer < peers.size(); peer++) {
                if (peer != rank) byRank[peer] = begin(generation, rank, peer, peers, end);
            }
            HostMemory hostMemory = new HostMemory(maker.sharedDirectory(), maker.host());
            transport = new LinkTransport(generation, rank, byRank, hostMemory);
            transport.shared(hostMemory.make(byRank, rank, SHARED_BYTES, end));
            return transport;
        } catch (IOException e) {
            giveUp(generation, byRank, e);
            if (transport != null) transport.close();
            throw e;
        }
    }

    /** Nobody who has met this rank waits for the rest of what will not be. */
    private static void giveUp(Generation generation, @Nullable Link[] begun, IOException e) {
        int blamed = e instanceof PeerLostException lost ? lost.rank() : -1;
        for (Link link : begun) {
            if (link == null || link.broken()) continue;
            try {
                link.abort(generation, blamed, Sockets.reason(e));
            } catch (IOException broken) {
                link.close();
            }
        }
    }

    private Link begin(Generation generation, int rank, int peer, List<Peer> peers, Until end)
            throws PeerLostException {
        Link kept = links.get(peers.get(peer).worker());
        try {
            if (kept != null && begun(kept, generation, end)) return kept;
            Link link = rank < peer
                    ? maker.dial(generation, rank, peer, peers, end)
                    : maker.take(generation, peer, rank, peers, end);
            made.incrementAndGet();
            put(link);
            link.begin(generation, end);
            return link;
        } catch (PeerLostException e) {
            throw e;
        } catch (LinkMaker.UnreachableException e) {
            throw new PeerLostException(peer, "cannot reach rank " + peer + ": " + e.getMessage());
        } catch (IOException e) {
            throw new PeerLostException(peer, "rank " + peer + " " + Sockets.reason(e));
        }
    }

    private boolean begun(Link link, Generation generation, Until end) throws IOException {
        if (!link.broken()) {
            try {
                link.begin(generation, end);
                return true;
            } catch (Link.AheadException e) {
                throw e;
            } catch (IOException e) {
                if (end.unwanted().getAsBoolean()) throw e;
                link.close();
            }
        }
        link.close();
        links.remove(link.peer(), link);
        return false;
    }

    private void put(Link link) throws IOException {
        Link earlier = links.put(link.peer(), link);
        if (earlier != null) earlier.close();
        if (!closed) return;
        link.close();
        throw new IOException("cannot be reached: this worker's door is closed");
    }

    private void closeAllBut(List<Peer> peers) {
        Set<WorkerId> members = peers.stream().map(Peer::worker).collect(Collectors.toSet());
        for (Iterator<Link> all = links.values().iterator(); all.hasNext(); ) {
            Link link = all.next();
            if (members.contains(link.peer())) continue;
            link.close();
            all.remove();
        }
    }

    /** Any thread. */
    void close() {
        closed = true;
        links.values().forEach(Link::close);
    }
}
