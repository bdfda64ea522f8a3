package rubato.signal;

/**
 * What messages cost, as measured; a kind of link that there is none of costs nothing.
 *
 * @param near between ranks of one host
 * @param far between hosts
 */
public record LinkCosts(LinkCost near, LinkCost far) {
    /** These costs moved towards newer ones, by a weight from 0 to 1; what was not known is taken over. */
    public LinkCosts towards(LinkCosts newer, double weight) {
        return new LinkCosts(towards(near, newer.near, weight), towards(far, newer.far, weight));
    }

    private static LinkCost towards(LinkCost known, LinkCost newer, double weight) {
        if (isUnknown(newer)) return known;
        return isUnknown(known) ? newer : known.towards(newer, weight);
    }

    private static boolean isUnknown(LinkCost cost) {
        return cost.alphaNanos() == 0 && cost.betaNanosPerByte() == 0;
    }
}
