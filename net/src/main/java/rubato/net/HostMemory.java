package rubato.net;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import rubato.shm.SharedSegment;

/** Makes memory that the ranks of this host share: the lowest makes it, hands its name round, and unlinks it once all have it. */
final class HostMemory {
    private final Path directory;
    private final long host;

    HostMemory(Path directory, long host) {
        this.directory = directory;
        this.host = host;
    }

    long host() {
        return host;
    }

    /**
     * All ranks of the host call this.
     *
     * @return null, for all of them, if some rank cannot be reached by shared memory, or has none
     */
    @Nullable
    SharedGroup make(@Nullable Link[] links, int rank, long bytesPerRank, Until end) throws PeerLostException {
        List<Integer> ranks = new ArrayList<>();
        boolean all = true;
        for (int member = 0; member < links.length; member++) {
            Link link = links[member];
            if (link != null && link.host() != host) continue;
            ranks.add(member);
            all &= link == null || link.carrier() == TransportChoice.SHM;
        }
        if (!all || ranks.size() < 2) return null;
        long bytes = bytesPerRank * ranks.size();
        if (bytes > Integer.MAX_VALUE)
            throw new IllegalArgumentException("shared memory is at most 2 GiB, was " + bytesPerRank
                    + " bytes for each of " + ranks.size() + " ranks");
        SharedSegment segment =
                ranks.get(0) == rank ? give(links, ranks, bytes, end) : take(links, ranks.get(0), bytes, end);
        if (segment == null) return null;
        int[] members = ranks.stream().mapToInt(Integer::intValue).toArray();
        segment.close();
        return new SharedGroup(segment.memory(), members, ranks.indexOf(rank));
    }

    private @Nullable SharedSegment give(@Nullable Link[] links, List<Integer> ranks, long bytes, Until end)
            throws PeerLostException {
        SharedSegment segment = create(bytes);
        try {
            String name = segment == null ? "" : segment.name();
            for (int peer : others(ranks)) tell(links, peer, new ControlMessage.Place(name));
            boolean reached = segment != null;
            for (int peer : others(ranks))
                reached &= await(links, peer, ControlMessage.Reached.class, end).yes();
            for (int peer : others(ranks)) tell(links, peer, new ControlMessage.Reached(reached));
            if (segment != null && !reached) segment.close();
            return reached ? segment : null;
        } catch (PeerLostException e) {
            if (segment != null) segment.close();
            throw e;
        }
    }

    private @Nullable SharedSegment create(long bytes) {
        try {
            return SharedSegment.create(directory, bytes);
        } catch (IOException e) {
            return null;
        }
    }

    private @Nullable SharedSegment take(@Nullable Link[] links, int maker, long bytes, Until end)
            throws PeerLostException {
        String name = await(links, maker, ControlMessage.Place.class, end).name();
        SharedSegment segment = null;
        try {
            if (!name.isEmpty()) segment = SharedSegment.open(directory, name, bytes);
        } catch (IOException e) {
            // the maker hears of it, and nobody uses the memory
        }
        tell(links, maker, new ControlMessage.Reached(segment != null));
        return await(links, maker, ControlMessage.Reached.class, end).yes() ? segment : null;
    }

    private static List<Integer> others(List<Integer> ranks) {
        return ranks.subList(1, ranks.size());
    }

    private static void tell(@Nullable Link[] links, int peer, ControlMessage message) throws PeerLostException {
        try {
            link(links, peer).tell(message);
        } catch (IOException e) {
            throw lost(links, peer, e);
        }
    }

    private static <T extends ControlMessage> T await(@Nullable Link[] links, int peer, Class<T> kind, Until end)
            throws PeerLostException {
        try {
            return link(links, peer).await(kind, end);
        } catch (IOException e) {
            if (end.unwanted().getAsBoolean()) throw new PeerLostException(peer, "nobody waits for rank " + peer);
            throw lost(links, peer, e);
        }
    }

    private static Link link(@Nullable Link[] links, int peer) {
        return Objects.requireNonNull(links[peer]);
    }

    private static PeerLostException lost(@Nullable Link[] links, int peer, IOException e) {
        link(links, peer).close();
        return new PeerLostException(peer, "rank " + peer + " " + Sockets.reason(e));
    }
}
