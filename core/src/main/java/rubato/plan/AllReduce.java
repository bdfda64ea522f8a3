package rubato.plan;

/**
 * How a gradient is summed over the ranks.
 *
 * @param algorithm who sends what to whom, and in which order it is added
 * @param bucketBytes the gradient goes in buckets of so many bytes, from its end, each as soon as it is final; 0: whole, once all of it is
 */
public record AllReduce(Algorithm algorithm, int bucketBytes) {
    /** By exchange, whole. */
    public static final AllReduce PLAIN = new AllReduce(Algorithm.EXCHANGE, 0);

    public AllReduce {
        if (bucketBytes < 0 || bucketBytes % Float.BYTES != 0)
            throw new IllegalArgumentException("bucketBytes must be >= 0 and a multiple of 4, was " + bucketBytes);
    }

    /** The same among other ranks: a hierarchy follows their hosts. */
    public AllReduce over(Topology topology) {
        return algorithm instanceof Algorithm.Hierarchical
                ? new AllReduce(new Algorithm.Hierarchical(topology.hostOfRank()), bucketBytes)
                : this;
    }

    /** Elements of a bucket of float32. */
    public int bucketElements() {
        return bucketBytes / Float.BYTES;
    }
}
