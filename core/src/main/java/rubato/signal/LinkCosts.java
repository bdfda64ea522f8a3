package rubato.signal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import rubato.plan.Algorithm;

/**
 * What messages cost, as measured; a kind of link that there is none of costs nothing.
 *
 * @param near between ranks of one host
 * @param far between hosts
 * @param sums what whole all-reduces took, at most one per algorithm: ranks that share processors cost more than their messages tell
 */
public record LinkCosts(LinkCost near, LinkCost far, List<SumTime> sums) {
    public LinkCosts {
        sums = List.copyOf(sums);
    }

    public Optional<SumTime> sum(Algorithm algorithm) {
        return sums.stream().filter(sum -> sum.algorithm().equals(algorithm)).findFirst();
    }

    /** These costs moved towards newer ones, by a weight from 0 to 1; what was not known is taken over. */
    public LinkCosts towards(LinkCosts newer, double weight) {
        List<SumTime> moved = new ArrayList<>();
        for (SumTime sum : newer.sums)
            moved.add(sum(sum.algorithm())
                    .map(known -> known.towards(sum, weight))
                    .orElse(sum));
        return new LinkCosts(towards(near, newer.near, weight), towards(far, newer.far, weight), moved);
    }

    private static LinkCost towards(LinkCost known, LinkCost newer, double weight) {
        if (isUnknown(newer)) return known;
        return isUnknown(known) ? newer : known.towards(newer, weight);
    }

    private static boolean isUnknown(LinkCost cost) {
        return cost.alphaNanos() == 0 && cost.betaNanosPerByte() == 0;
    }
}
