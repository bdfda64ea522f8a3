package rubato.collective;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import rubato.plan.Algorithm;
import rubato.plan.Topology;
import rubato.policy.AlgorithmChoice;
import rubato.signal.LinkCost;
import rubato.signal.LinkCosts;
import rubato.signal.SumTime;

/**
 * Measures the cost of messages: short and long sums of one pair of ranks per kind of link, short ones of all ranks, and, of three
 * or more ranks, what sums by each algorithm take.
 *
 * @param length of the vectors that are to be summed, in floats
 */
record Probe(Group group, Topology topology, int length, Effort effort) {
    static final Effort THOROUGH = new Effort(20, 15, 5);
    /** For once in a while during training. */
    static final Effort BRIEF = new Effort(2, 5, 2);

    private static final int SHORT = 1;
    /** Floats of the longer message: large enough for the slope to show, small enough to be over soon on a slow link. */
    private static final int LONG = 32 << 10;

    /** Floats of sums by each algorithm, at least and at most. */
    private static final int LEAST = 1 << 10;

    private static final int LONGEST = 4 << 20;

    /** Sums by each algorithm while they are short: where ranks share processors a few of them tell little. */
    private static final int MOST_SUMS = 30;

    /**
     * @param warm all-reduces before the measured ones
     * @param timed measured ones, of each kind
     * @param whole measured ones by each algorithm at least, after one more
     */
    record Effort(int warm, int timed, int whole) {}

    AlgorithmChoice measure() {
        LinkCost near = pair(true);
        LinkCost far = pair(false);
        if (topology.hosts() == 1) far = near;
        double gamma = furtherMessage(topology.hosts() > 1 ? far : near);
        LinkCosts messages = agreed(near, far, gamma);
        return new AlgorithmChoice(topology, new LinkCosts(messages.near(), messages.far(), sums()));
    }

    private List<SumTime> sums() {
        if (topology.ranks() < 3) return List.of();
        float[] vector = new float[Math.max(LEAST, Math.min(length, LONGEST))];
        int timed = Math.max(effort.whole(), Math.min(MOST_SUMS, LONGEST / 4 / vector.length));
        List<Algorithm> all = AlgorithmChoice.candidates(topology);
        long[] own = new long[2 * all.size()];
        for (int i = 0; i < all.size(); i++) {
            own[2 * i] = nanos(new float[SHORT], all.get(i), MOST_SUMS);
            own[2 * i + 1] = nanos(vector, all.get(i), timed);
        }
        long[][] ofRanks = group.gatherWords(own);
        List<SumTime> sums = new ArrayList<>();
        for (int i = 0; i < all.size(); i++)
            sums.add(new SumTime(all.get(i), slowest(ofRanks, 2 * i), 4L * vector.length, slowest(ofRanks, 2 * i + 1)));
        return sums;
    }

    private static long slowest(long[][] ofRanks, int at) {
        return Arrays.stream(ofRanks).mapToLong(of -> of[at]).max().orElse(0);
    }

    /** The mean of so many all-reduces back to back, after one more. */
    private long nanos(float[] vector, Algorithm by, int timed) {
        Elements elements = Elements.of(vector);
        group.allReduce(elements, Reduction.SUM, by);
        long start = System.nanoTime();
        for (int i = 0; i < timed; i++) group.allReduce(elements, Reduction.SUM, by);
        return (System.nanoTime() - start) / timed;
    }

    /** The cost between rank 0 and the first rank on its host, or on another, as rank 0 sees it. */
    private LinkCost pair(boolean sameHost) {
        int other = other(sameHost);
        LinkCost cost = new LinkCost(0, 0, 0);
        if (other > 0) {
            Optional<Group> pair = group.pair(0, other);
            if (pair.isPresent()) cost = cost(pair.get());
        }
        group.barrier();
        return cost;
    }

    private int other(boolean sameHost) {
        int zero = topology.hostOfRank().get(0);
        for (int rank = 1; rank < topology.ranks(); rank++)
            if ((topology.hostOfRank().get(rank) == zero) == sameHost) return rank;
        return -1;
    }

    private LinkCost cost(Group pair) {
        double alpha = nanos(pair, SHORT);
        double slope = (nanos(pair, LONG) - alpha) / (4.0 * (LONG - SHORT));
        return new LinkCost(alpha, 0, Math.max(0, slope));
    }

    private double furtherMessage(LinkCost one) {
        int further = group.size() - 2;
        double all = nanos(group.overStreams(), SHORT);
        return further < 1 ? 0 : Math.max(0, all - one.alphaNanos()) / further;
    }

    /** The median time of one all-reduce of so many floats. */
    private double nanos(Group among, int length) {
        float[] vector = new float[length];
        for (int i = 0; i < effort.warm(); i++) among.allReduce(vector);
        long[] samples = new long[effort.timed()];
        for (int i = 0; i < effort.timed(); i++) {
            long start = System.nanoTime();
            among.allReduce(vector);
            samples[i] = System.nanoTime() - start;
        }
        Arrays.sort(samples);
        return samples[effort.timed() / 2];
    }

    /** What rank 0 measured, at every rank. */
    private LinkCosts agreed(LinkCost near, LinkCost far, double gamma) {
        double[] own = {near.alphaNanos(), near.betaNanosPerByte(), far.alphaNanos(), far.betaNanosPerByte(), gamma};
        long[] words = group.gatherWords(Arrays.stream(own)
                .mapToLong(Double::doubleToRawLongBits)
                .toArray())[0];
        double[] zero =
                Arrays.stream(words).mapToDouble(Double::longBitsToDouble).toArray();
        return new LinkCosts(
                new LinkCost(zero[0], zero[4], zero[1]), new LinkCost(zero[2], zero[4], zero[3]), List.of());
    }
}
