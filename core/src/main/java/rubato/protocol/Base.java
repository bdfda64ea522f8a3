package rubato.protocol;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import rubato.history.Entry;
import rubato.step.StateName;
import rubato.world.World;

/**
 * The state a new generation starts from.
 *
 * @param holders who holds it; empty if it must be made by a recipe
 * @param completed steps after the last committed one that it includes
 * @param last the newest vote among them, null if there are none
 */
record Base(StateName name, List<Peer> holders, List<Entry.Commit> completed, ToCoordinator.@Nullable Vote last) {
    /** Turns a step's vote into its ledger entry, given how many uncommitted ones come before it. */
    interface Completion {
        /** The steps after the last committed one up to {@code to}, as voted by that rank; empty if a vote is missing. */
        Optional<List<ToCoordinator.Vote>> votes(int rank, long to);

        List<Entry.Commit> commits(List<ToCoordinator.Vote> votes);
    }

    private record Held(Peer peer, StateName state) {
        long step() {
            return state.step();
        }
    }

    /**
     * Rule 9: the largest step among members of the last generation whose state was made in it or is its base, or who installed what
     * was proposed before in this change. Where hashes disagree at one step: the committed one, else a strict majority, else an earlier step.
     */
    static Optional<Base> choose(
            StateName committed,
            @Nullable World last,
            List<Base> proposed,
            Iterable<Peer> peers,
            Completion completion) {
        List<Held> held = candidates(committed, last, proposed, peers);
        while (!held.isEmpty()) {
            long step = held.get(0).step();
            List<Held> top = held.stream().filter(h -> h.step() == step).toList();
            Optional<Base> base = ofStep(committed, last, proposed, top, completion);
            if (base.isPresent()) return base;
            held.removeIf(h -> h.step() == step);
        }
        return Optional.empty();
    }

    /** States that count, the newest first. */
    private static List<Held> candidates(
            StateName committed, @Nullable World last, List<Base> proposed, Iterable<Peer> peers) {
        List<Held> held = new ArrayList<>();
        for (Peer peer : peers) {
            StateName state = peer.joined() ? peer.state : null;
            if (state != null && counts(state, committed, last, proposed, peer)) held.add(new Held(peer, state));
        }
        held.sort(Comparator.comparingLong(Held::step).reversed());
        return held;
    }

    /** The newest step after which members of the last generation hold different states, if there is one. */
    static Optional<Dispute> dispute(StateName committed, World last, Iterable<Peer> peers) {
        List<Held> held = candidates(committed, last, List.of(), peers);
        for (Held each : held) {
            List<Held> others =
                    held.stream().filter(other -> other.step() == each.step()).toList();
            if (others.stream().map(other -> other.state().hash()).distinct().count() > 1)
                return Optional.of(new Dispute(last.generation(), each.step(), told(others)));
        }
        return Optional.empty();
    }

    private static String told(List<Held> held) {
        return held.stream()
                .map(each -> each.peer().id + " holds "
                        + Long.toHexString(each.state().hash()))
                .collect(Collectors.joining(", "));
    }

    private static boolean counts(
            StateName state, StateName committed, @Nullable World last, List<Base> proposed, Peer peer) {
        if (same(state, committed)) return true;
        if (state.step() <= committed.step() || state.lineage() != committed.lineage()) return false;
        if (proposed.stream().anyMatch(base -> same(state, base.name()))) return true;
        return last != null && last.rankOf(peer.id) >= 0 && state.generation().equals(last.generation());
    }

    static boolean same(StateName left, StateName right) {
        return left.step() == right.step() && left.hash() == right.hash();
    }

    private static Optional<Base> ofStep(
            StateName committed, @Nullable World last, List<Base> proposed, List<Held> top, Completion completion) {
        long hash = majority(top);
        List<Peer> holders = top.stream()
                .filter(h -> h.state().hash() == hash)
                .map(Held::peer)
                .toList();
        if (holders.isEmpty()) return Optional.empty();
        StateName name = top.stream()
                .map(Held::state)
                .filter(s -> s.hash() == hash)
                .findFirst()
                .orElseThrow();
        if (same(name, committed)) return Optional.of(new Base(committed, holders, List.of(), null));
        for (Base before : proposed) {
            if (same(name, before.name()))
                return Optional.of(new Base(before.name(), holders, before.completed(), before.last()));
        }
        for (Peer holder : holders) {
            int rank = last == null ? -1 : last.rankOf(holder.id);
            if (rank < 0) continue;
            Optional<List<ToCoordinator.Vote>> votes = completion.votes(rank, name.step());
            if (votes.isEmpty()) continue;
            ToCoordinator.Vote newest = votes.get().get(votes.get().size() - 1);
            return Optional.of(new Base(name, holders, completion.commits(votes.get()), newest));
        }
        return Optional.empty();
    }

    /** The hash most of them hold, if it is all or more than half; 0 otherwise. */
    private static long majority(List<Held> top) {
        Map<Long, Integer> counts = new HashMap<>();
        for (Held held : top) counts.merge(held.state().hash(), 1, Integer::sum);
        for (Map.Entry<Long, Integer> each : counts.entrySet()) {
            if (each.getValue() * 2 > top.size()) return each.getKey();
        }
        return 0;
    }
}
