package rubato.schedule;

import java.util.List;
import rubato.plan.Algorithm;

/** Writes one rank's schedule of each collective. Wherever a vector is divided, member i of n has part i of n. */
public final class Schedules {
    private final int rank;
    private final int size;
    private final int[] members;
    private final int unit;

    /**
     * @param size ranks there are
     * @param members those that take part, this one among them, in the order of additions
     * @param unit parts and buckets are cut at multiples of it, from their start
     */
    public Schedules(int rank, int size, int[] members, int unit) {
        this.rank = rank;
        this.size = size;
        this.members = members.clone();
        this.unit = unit;
    }

    /** @param flatElements up to this length a vector is exchanged whole; the additions are those of {@link Algorithm.Exchange} */
    public Schedule allReduce(Algorithm algorithm, Span span, int flatElements) {
        Draft draft = new Draft(rank, size);
        reduce(draft, algorithm, span, Draft.NONE, flatElements);
        return draft.schedule(members);
    }

    /** An all-reduce of one bucket after the other, each as soon as the caller says it is ready: moves 0, 1, .. are the givens. */
    public Schedule bucketed(Algorithm algorithm, List<Span> buckets, int flatElements) {
        Draft draft = new Draft(rank, size);
        int[] given = buckets.stream().mapToInt(draft::given).toArray();
        for (int i = 0; i < given.length; i++) reduce(draft, algorithm, buckets.get(i), given[i], flatElements);
        return draft.schedule(members);
    }

    private void reduce(Draft draft, Algorithm algorithm, Span span, int given, int flatElements) {
        if (algorithm instanceof Algorithm.Exchange) {
            if (span.length() <= flatElements) Exchange.flat(draft, circle(), span, given);
            else Exchange.allReduce(draft, circle(), span, unit, given);
        }
        if (algorithm instanceof Algorithm.Halving) Halving.allReduce(draft, circle(), span, unit, given);
        if (algorithm instanceof Algorithm.Ring) Ring.allReduce(draft, circle(), span, unit, given);
        if (algorithm instanceof Algorithm.Hierarchical hosts)
            Hierarchy.allReduce(draft, members, hosts.hostOfRank(), span, unit, given);
    }

    /** Leaves the sum of part i at member i and the rest undefined. */
    public Schedule reduceScatter(Algorithm algorithm, Span span) {
        Draft draft = new Draft(rank, size);
        if (algorithm instanceof Algorithm.Exchange) Exchange.reduceScatter(draft, circle(), span, unit, true);
        else if (algorithm instanceof Algorithm.Ring) Ring.reduceScatter(draft, circle(), span, unit);
        else throw onlyExchangeOrRing("reduce-scatter", algorithm);
        return draft.schedule(members);
    }

    public Schedule allGather(Algorithm algorithm, Span span) {
        Draft draft = new Draft(rank, size);
        if (algorithm instanceof Algorithm.Exchange) Exchange.allGather(draft, circle(), span, unit);
        else if (algorithm instanceof Algorithm.Ring) Ring.allGather(draft, circle(), span, unit);
        else throw onlyExchangeOrRing("all-gather", algorithm);
        return draft.schedule(members);
    }

    /** @param root an index of members */
    public Schedule broadcast(Span span, int root) {
        Draft draft = new Draft(rank, size);
        Rooted.broadcast(draft, circle(), span, root);
        return draft.schedule(members);
    }

    public Schedule scatter(Span span, int root) {
        Draft draft = new Draft(rank, size);
        Rooted.scatter(draft, circle(), span, root);
        return draft.schedule(members);
    }

    public Schedule gather(Span span, int root) {
        Draft draft = new Draft(rank, size);
        Rooted.gather(draft, circle(), span, root);
        return draft.schedule(members);
    }

    /** Nothing but everybody's arrival. */
    public Schedule barrier() {
        return new Draft(rank, size).schedule(members);
    }

    private Circle circle() {
        return Circle.of(members, rank);
    }

    private static IllegalArgumentException onlyExchangeOrRing(String operation, Algorithm algorithm) {
        return new IllegalArgumentException(
                operation + " goes by exchange or ring, was asked for " + algorithm.name() + "; choose one of the two");
    }
}
