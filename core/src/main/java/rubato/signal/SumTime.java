package rubato.signal;

import rubato.plan.Algorithm;

/** How long one all-reduce of so many bytes took by an algorithm, as measured among all ranks. */
public record SumTime(Algorithm algorithm, long bytes, double nanos) {
    public SumTime {
        if (bytes <= 0) throw new IllegalArgumentException("bytes must be > 0, was " + bytes);
        if (!(nanos >= 0)) throw new IllegalArgumentException("nanos must be >= 0, was " + nanos);
    }

    /** This time moved towards a newer one of the same length, by a weight from 0 to 1; of another length, the newer one. */
    SumTime towards(SumTime newer, double weight) {
        if (newer.bytes != bytes) return newer;
        return new SumTime(algorithm, bytes, nanos + weight * (newer.nanos - nanos));
    }
}
