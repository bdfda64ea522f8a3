package rubato.signal;

import rubato.plan.Algorithm;

/**
 * How long one all-reduce took by an algorithm, as measured among all ranks.
 *
 * @param emptyNanos of next to nothing
 * @param nanos of so many bytes
 */
public record SumTime(Algorithm algorithm, double emptyNanos, long bytes, double nanos) {
    public SumTime {
        if (bytes <= 0) throw new IllegalArgumentException("bytes must be > 0, was " + bytes);
        if (!(emptyNanos >= 0) || !(nanos >= 0))
            throw new IllegalArgumentException("times must be >= 0, were " + emptyNanos + ", " + nanos);
    }

    /** This time moved towards a newer one of the same length, by a weight from 0 to 1; of another length, the newer one. */
    SumTime towards(SumTime newer, double weight) {
        if (newer.bytes != bytes) return newer;
        return new SumTime(
                algorithm,
                emptyNanos + weight * (newer.emptyNanos - emptyNanos),
                bytes,
                nanos + weight * (newer.nanos - nanos));
    }
}
