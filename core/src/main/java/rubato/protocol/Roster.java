package rubato.protocol;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import rubato.world.Member;
import rubato.world.WorkerId;
import rubato.world.World;

/** The connected workers, and who of them would train together. */
final class Roster {
    private final Map<WorkerId, Peer> peers = new LinkedHashMap<>();
    private final int min;
    private final int max;
    private final Pool pool;

    Roster(Pool pool, int min, int max) {
        this.pool = pool;
        this.min = min;
        this.max = max;
    }

    int target() {
        return pool.wanted();
    }

    int min() {
        return min;
    }

    void scale(int workers) {
        pool.want(workers);
    }

    /** Whether no more are here than are to be kept. */
    boolean fitsPool() {
        return pool.hasStandbys()
                && peers.values().stream().filter(peer -> !peer.leaving).count() <= pool.size();
    }

    void add(Peer peer) {
        peers.put(peer.id, peer);
    }

    @Nullable
    Peer of(WorkerId id) {
        return peers.get(id);
    }

    @Nullable
    Peer named(String name) {
        return peers.values().stream()
                .filter(peer -> peer.id.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    @Nullable
    Peer remove(WorkerId id) {
        return peers.remove(id);
    }

    Collection<Peer> all() {
        return peers.values();
    }

    boolean isEmpty() {
        return peers.isEmpty();
    }

    /** Who is too much where so many are wanted: members of the highest ranks, and before them those about to become members. */
    List<Peer> beyond(int workers, World last) {
        List<Peer> taking = new ArrayList<>(peers.values());
        taking.removeIf(peer -> !peer.joined() || peer.standby && rank(last, peer) == Integer.MAX_VALUE);
        taking.sort(order(last));
        List<Peer> beyond = new ArrayList<>(taking.subList(Math.min(workers, taking.size()), taking.size()));
        beyond.removeIf(peer -> peer.leaving);
        return beyond;
    }

    /**
     * Who would form the next world: members of the last one first, in their order, then others by name; standbys only to fill up
     * what the run wants, and no longer than others leave room for; never more than the most.
     */
    List<Member> next(@Nullable World last, long nowNanos) {
        return next(last, nowNanos, peer -> true);
    }

    /** The same, of those that qualify. */
    List<Member> next(@Nullable World last, long nowNanos, Predicate<Peer> qualifies) {
        List<Peer> ready = new ArrayList<>(peers.values());
        ready.removeIf(peer -> !peer.joined() || peer.leaving || peer.notBefore > nowNanos || !qualifies.test(peer));
        ready.sort(order(last));
        int others = (int) ready.stream().filter(peer -> !peer.standby).count();
        int places = Math.max(0, Math.min(target(), max) - others);
        List<Member> next = new ArrayList<>();
        for (Peer peer : ready) {
            if (peer.standby && places-- <= 0) continue;
            if (next.size() < max) next.add(peer.reached());
        }
        return next;
    }

    private static Comparator<Peer> order(@Nullable World last) {
        return Comparator.comparingInt((Peer peer) -> rank(last, peer))
                .thenComparing(peer -> peer.standby)
                .thenComparing(peer -> peer.id.name());
    }

    private static int rank(@Nullable World last, Peer peer) {
        int rank = last == null ? -1 : last.rankOf(peer.id);
        return rank < 0 ? Integer.MAX_VALUE : rank;
    }
}
