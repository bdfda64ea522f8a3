package rubato.plan;

import java.util.Collections;
import java.util.List;

/**
 * Which ranks share a host.
 *
 * @param hostOfRank a number per rank, equal for ranks of one host
 */
public record Topology(List<Integer> hostOfRank) {
    public Topology {
        hostOfRank = List.copyOf(hostOfRank);
        if (hostOfRank.isEmpty()) throw new IllegalArgumentException("a topology needs at least one rank");
    }

    /** @param hosts each rank's host by any name */
    public static Topology of(List<String> hosts) {
        List<String> known = hosts.stream().distinct().toList();
        return new Topology(hosts.stream().map(known::indexOf).toList());
    }

    /** So many ranks on one host. */
    public static Topology oneHost(int ranks) {
        return new Topology(Collections.nCopies(ranks, 0));
    }

    public int ranks() {
        return hostOfRank.size();
    }

    public int hosts() {
        return (int) hostOfRank.stream().distinct().count();
    }

    /** Ranks of the host that has most. */
    public int mostOnOneHost() {
        return hostOfRank.stream()
                .mapToInt(host -> (int) hostOfRank.stream().filter(host::equals).count())
                .max()
                .orElse(0);
    }

    /** Ranks of the host that has fewest. */
    public int fewestOnOneHost() {
        return hostOfRank.stream()
                .mapToInt(host -> (int) hostOfRank.stream().filter(host::equals).count())
                .min()
                .orElse(0);
    }
}
