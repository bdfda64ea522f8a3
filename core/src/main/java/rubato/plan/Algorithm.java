package rubato.plan;

import java.util.List;

/**
 * How an all-reduce moves and adds a vector. It fixes the order of additions, so it is part of the plan: everyone takes the same
 * one at the same step.
 */
public sealed interface Algorithm {
    Algorithm EXCHANGE = new Exchange();
    Algorithm HALVING = new Halving();
    Algorithm RING = new Ring();

    /** As in configuration and reports. */
    String name();

    /**
     * The owner of a slice adds what all ranks send it, in rank order, and sends the sum to all; a short vector goes whole to
     * everybody, with the same additions. Two messages deep, 2(n-1) messages per rank.
     */
    record Exchange() implements Algorithm {
        @Override
        public String name() {
            return "exchange";
        }
    }

    /**
     * Recursive halving, then doubling (Rabenseifner 2004): 2·log2(n) messages deep and as many per rank. Beyond a power of two,
     * the ranks left over hand their vector to a neighbour first and get the sum back last.
     */
    record Halving() implements Algorithm {
        @Override
        public String name() {
            return "halving";
        }
    }

    /** Slices travel round a ring, once to be summed and once to be spread (Patarasuk and Yuan 2009): 2(n-1) messages deep. */
    record Ring() implements Algorithm {
        @Override
        public String name() {
            return "ring";
        }
    }

    /**
     * Exchange within each host, a ring across hosts, exchange within each host again; each host puts 2(h-1)/h of the vector on
     * the wire between h hosts, however many ranks it has.
     *
     * @param hostOfRank a number per rank, equal for ranks of one host
     */
    record Hierarchical(List<Integer> hostOfRank) implements Algorithm {
        public Hierarchical {
            hostOfRank = List.copyOf(hostOfRank);
        }

        @Override
        public String name() {
            return "hierarchical";
        }
    }
}
