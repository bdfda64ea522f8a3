package rubato.protocol;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import rubato.step.Evaluation;

/** The votes and evaluations of steps not yet committed, by step and rank. */
final class Ballot {
    private final int ranks;
    private final TreeMap<Long, ToCoordinator.@Nullable Vote[]> votes = new TreeMap<>();
    private final TreeMap<Long, @Nullable List<Evaluation>[]> evaluations = new TreeMap<>();

    Ballot(int ranks) {
        this.ranks = ranks;
    }

    void vote(int rank, ToCoordinator.Vote vote) {
        votes.computeIfAbsent(vote.step(), s -> new ToCoordinator.@Nullable Vote[ranks])[rank] = vote;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    void evaluated(int rank, long step, List<Evaluation> parts) {
        evaluations.computeIfAbsent(step, s -> new List[ranks])[rank] = parts;
    }

    /** The votes of a step by rank, or null while one is missing. */
    @Nullable
    List<ToCoordinator.Vote> complete(long step) {
        ToCoordinator.@Nullable Vote[] cast = votes.get(step);
        if (cast == null || Arrays.stream(cast).anyMatch(Objects::isNull)) return null;
        return List.of(cast);
    }

    /** The metrics of a step summed in rank order, or null while a rank's part is missing or of other sets than the others'. */
    @Nullable
    List<Evaluation> evaluation(long step) {
        @Nullable List<Evaluation>[] parts = evaluations.get(step);
        if (parts == null || Arrays.stream(parts).anyMatch(Objects::isNull)) return null;
        if (Arrays.stream(parts).map(Ballot::sets).distinct().count() > 1) return null;
        List<Evaluation> sum = null;
        for (List<Evaluation> part : parts) sum = sum == null ? part : plus(sum, part);
        return sum;
    }

    private static List<String> sets(List<Evaluation> part) {
        return part.stream().map(Evaluation::set).toList();
    }

    private static List<Evaluation> plus(List<Evaluation> left, List<Evaluation> right) {
        return java.util.stream.IntStream.range(0, left.size())
                .mapToObj(i -> left.get(i).plus(right.get(i)))
                .toList();
    }

    /** The votes of one rank for the steps of a span, or nothing if one is missing. */
    Optional<List<ToCoordinator.Vote>> of(int rank, long from, long to) {
        List<ToCoordinator.Vote> cast = new ArrayList<>();
        for (long step = from; step <= to; step++) {
            ToCoordinator.@Nullable Vote[] all = votes.get(step);
            ToCoordinator.Vote vote = all == null ? null : all[rank];
            if (vote == null) return Optional.empty();
            cast.add(vote);
        }
        return Optional.of(cast);
    }

    /** How the votes of a step differ, or null. */
    static @Nullable String disagreement(List<ToCoordinator.Vote> cast) {
        for (int rank = 1; rank < cast.size(); rank++) {
            if (cast.get(rank).hash() != cast.get(0).hash()) {
                return "after step " + cast.get(0).step() + " rank " + rank + " holds state "
                        + Long.toHexString(cast.get(rank).hash()) + ", rank 0 "
                        + Long.toHexString(cast.get(0).hash());
            }
        }
        return null;
    }

    void forget(long upTo) {
        votes.headMap(upTo, true).clear();
        evaluations.headMap(upTo, true).clear();
    }
}
