package rubato.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import rubato.plan.Algorithm;
import rubato.plan.Topology;
import rubato.signal.LinkCost;
import rubato.signal.LinkCosts;
import rubato.signal.SumTime;

/**
 * Chooses an all-reduce by its predicted time, from the cost of a message within a host and between hosts: T = α + γ·(messages at
 * once − 1) + β·b per round, rounds added (Thakur, Rabenseifner and Gropp 2005, with γ of LogGP). Between hosts, a host's ranks
 * share one wire. Where whole all-reduces were measured, of next to nothing and of many bytes, the prediction goes through both, for
 * processors and copies count too and the messages of one pair do not tell. A choice in force stays until another is better by a
 * tenth, because a change changes the order of additions.
 */
public record AlgorithmChoice(Topology topology, LinkCosts costs) {
    private static final double BETTER = 0.9;
    /** A sum measured faster than its messages alone says little. */
    private static final double LEAST_SCALE = 0.1;

    /** An algorithm and how long one all-reduce would take with it. */
    public record Predicted(Algorithm algorithm, double nanos) {}

    /** The same with costs moved towards newer ones, by a weight from 0 to 1. */
    public AlgorithmChoice towards(AlgorithmChoice newer, double weight) {
        return new AlgorithmChoice(topology, costs.towards(newer.costs, weight));
    }

    /** All algorithms for a vector of so many bytes, the fastest first. */
    public List<Predicted> ranked(long bytes) {
        if (bytes < 0) throw new IllegalArgumentException("bytes must be >= 0, was " + bytes);
        List<Predicted> all = new ArrayList<>();
        for (Algorithm algorithm : candidates(topology)) all.add(new Predicted(algorithm, predicted(algorithm, bytes)));
        all.sort(Comparator.comparingDouble(Predicted::nanos));
        return List.copyOf(all);
    }

    /** What there is to choose from. */
    public static List<Algorithm> candidates(Topology topology) {
        return topology.hosts() > 1
                ? List.of(
                        Algorithm.EXCHANGE,
                        Algorithm.HALVING,
                        Algorithm.RING,
                        new Algorithm.Hierarchical(topology.hostOfRank()))
                : List.of(Algorithm.EXCHANGE, Algorithm.HALVING, Algorithm.RING);
    }

    private double predicted(Algorithm algorithm, long bytes) {
        double messages = modelled(algorithm, 0);
        double moving = modelled(algorithm, bytes) - messages;
        Optional<SumTime> measured = costs.sum(algorithm);
        if (measured.isEmpty()) return messages + moving;
        SumTime sum = measured.get();
        double modelled = modelled(algorithm, sum.bytes()) - messages;
        double scale = modelled > 0 ? (sum.nanos() - sum.emptyNanos()) / modelled : 1;
        return sum.emptyNanos() + moving * Math.max(LEAST_SCALE, scale);
    }

    private double modelled(Algorithm algorithm, long bytes) {
        if (algorithm instanceof Algorithm.Halving) return halving(bytes);
        if (algorithm instanceof Algorithm.Ring) return ring(bytes);
        if (algorithm instanceof Algorithm.Hierarchical) return hierarchical(bytes);
        return exchange(bytes);
    }

    public Algorithm best(long bytes) {
        return ranked(bytes).get(0).algorithm();
    }

    /** How long an all-reduce of so many bytes would take; a hierarchy of one host is an exchange. */
    public double nanos(Algorithm algorithm, long bytes) {
        return ranked(bytes).stream()
                .filter(predicted -> predicted.algorithm().equals(algorithm))
                .mapToDouble(Predicted::nanos)
                .findFirst()
                .orElseGet(() -> exchange(bytes));
    }

    /** Keeps the algorithm in force unless another is clearly better. */
    public Algorithm next(Algorithm inForce, long bytes) {
        List<Predicted> all = ranked(bytes);
        double now = all.stream()
                .filter(predicted -> predicted.algorithm().equals(inForce))
                .mapToDouble(Predicted::nanos)
                .findFirst()
                .orElse(Double.POSITIVE_INFINITY);
        return all.get(0).nanos() < BETTER * now ? all.get(0).algorithm() : inForce;
    }

    private double exchange(long bytes) {
        int n = topology.ranks();
        if (n == 1) return 0;
        double flat = round(n - 1) + wire((double) bytes * (n - 1));
        double sliced = 2 * round(n - 1) + wire(2.0 * bytes * (n - 1) / n);
        return Math.min(flat, sliced);
    }

    private double halving(long bytes) {
        int n = topology.ranks();
        int power = Integer.highestOneBit(n);
        int rounds = 2 * Integer.numberOfTrailingZeros(power);
        double folded = n > power ? 2 * (slowest().alphaNanos() + wire(bytes)) : 0;
        return folded + rounds * slowest().alphaNanos() + wire(2.0 * bytes * (power - 1) / power);
    }

    private double ring(long bytes) {
        int n = topology.ranks();
        double perRank = 2.0 * bytes * (n - 1) / n;
        // consecutive ranks of one host pass on within it: one stream leaves each host
        double wire = topology.hosts() > 1
                ? costs.far().betaNanosPerByte() * perRank * crossings()
                : costs.near().betaNanosPerByte() * perRank;
        return 2.0 * (n - 1) * slowest().alphaNanos() + wire;
    }

    /** Most streams of a ring in rank order that leave one host. */
    private double crossings() {
        List<Integer> hosts = topology.hostOfRank();
        int most = 0;
        for (int host : hosts.stream().distinct().toList()) {
            int leaving = 0;
            for (int rank = 0; rank < hosts.size(); rank++)
                if (hosts.get(rank) == host && hosts.get((rank + 1) % hosts.size()) != host) leaving++;
            most = Math.max(most, leaving);
        }
        return most;
    }

    private double hierarchical(long bytes) {
        int h = topology.hosts();
        int m = topology.mostOnOneHost();
        int lanes = topology.fewestOnOneHost();
        double lane = (double) bytes / lanes;
        double inside = m == 1
                ? 0
                : 2
                        * (costs.near().alphaNanos()
                                + (m - 2) * costs.near().gammaNanos()
                                + costs.near().betaNanosPerByte() * (m - 1) * lane);
        return inside
                + 2.0 * (h - 1) * costs.far().alphaNanos()
                + costs.far().betaNanosPerByte() * 2 * bytes * (h - 1) / h;
    }

    /** A round in which each rank sends so many messages at once. */
    private double round(int messages) {
        return slowest().alphaNanos() + (messages - 1) * slowest().gammaNanos();
    }

    /** How long it takes until each rank has sent so many bytes, spread evenly over the other ranks. */
    private double wire(double bytesPerRank) {
        if (topology.hosts() == 1) return costs.near().betaNanosPerByte() * bytesPerRank;
        int n = topology.ranks();
        int m = topology.mostOnOneHost();
        return costs.far().betaNanosPerByte() * bytesPerRank * m * (n - m) / (n - 1);
    }

    private LinkCost slowest() {
        return topology.hosts() > 1 ? costs.far() : costs.near();
    }
}
