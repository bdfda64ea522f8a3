package rubato.signal;

/**
 * What a message costs between two ranks: T(b) = alphaNanos + betaNanosPerByte · b, as measured.
 *
 * @param gammaNanos what each further message costs a rank that sends several at once
 */
public record LinkCost(double alphaNanos, double gammaNanos, double betaNanosPerByte) {
    public LinkCost {
        if (!(alphaNanos >= 0) || !(gammaNanos >= 0) || !(betaNanosPerByte >= 0))
            throw new IllegalArgumentException(
                    "a cost must be >= 0, was " + alphaNanos + ", " + gammaNanos + ", " + betaNanosPerByte);
    }

    /** This cost moved towards a newer measurement, by a weight from 0 to 1. */
    public LinkCost towards(LinkCost newer, double weight) {
        if (!(weight >= 0 && weight <= 1)) throw new IllegalArgumentException("weight must be in 0..1, was " + weight);
        return new LinkCost(
                alphaNanos + weight * (newer.alphaNanos - alphaNanos),
                gammaNanos + weight * (newer.gammaNanos - gammaNanos),
                betaNanosPerByte + weight * (newer.betaNanosPerByte - betaNanosPerByte));
    }

    /** One message of so many bytes. */
    public double nanos(double bytes) {
        return alphaNanos + betaNanosPerByte * bytes;
    }
}
