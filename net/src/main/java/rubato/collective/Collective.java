package rubato.collective;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import rubato.compress.Codec;
import rubato.plan.Algorithm;
import rubato.plan.Topology;
import rubato.signal.LinkCosts;

/** The members of one generation, able to sum vectors. Used by one thread; {@link #abort} and {@link #close} may be called from any. */
public interface Collective extends AutoCloseable {
    int rank();

    int size();

    /**
     * Sums {@code vector[0 .. length)} over all ranks into every rank's {@code vector}, additions in rank order whatever
     * arrives first, and gathers each rank's control words.
     *
     * @param step names the operation; a peer in another step, or with another length, is an error naming both ranks
     * @throws CollectiveException if a peer died, fell silent past the deadline, or disagrees; the vector is then garbage
     */
    default Gathered allReduce(long step, float[] vector, int length, long[] control) {
        return allReduce(step, vector, length, control, Manner.PLAIN);
    }

    /** The same in another manner, which every rank must choose alike. */
    default Gathered allReduce(long step, float[] vector, int length, long[] control, Manner manner) {
        Gathered gathered = new Gathered();
        allReduce(step, vector, length, control, manner, gathered);
        return gathered;
    }

    /**
     * The same, and allocates nothing once an operation of this length and manner has run.
     *
     * @param into what was gathered; whatever it held before is gone
     */
    void allReduce(long step, float[] vector, int length, long[] control, Manner manner, Gathered into);

    /**
     * Begins the same all-reduce before the vector is complete. The vector is divided into buckets from its end, where back-propagation
     * begins; each goes on its way once it is said to be ready and all after it are. No other operation may begin before this one's
     * end, and the deadline counts from here.
     *
     * @param bucket elements of a bucket
     */
    Partial start(long step, float[] vector, int length, int bucket, Manner manner);

    /**
     * Gathers bytes and control words from every rank.
     *
     * @param all of {@code size()} parts of equal length, by rank; this rank's part is given, the others come
     */
    Gathered allGather(long step, byte[] all, long[] control);

    /** Sums as {@link #allReduce} does, without control words; it allocates nothing. */
    void sum(long step, float[] vector, int length);

    /** A vector of this length on every rank; all ranks call this. */
    SymmetricVector symmetric(int length);

    /** Sums the first {@code length} elements of a {@link #symmetric} vector into all of them. */
    void sum(long step, SymmetricVector vector, int length);

    /** Which ranks share a host. */
    Topology topology();

    /**
     * Measures what messages cost, in some short operations and some of this length; every rank calls it and gets the same. Nothing
     * where memory is shared: no choice rests on it there.
     *
     * @param length of the vectors to be summed, in floats
     */
    Optional<LinkCosts> measure(int length);

    /** What carries the bytes: {@code shm}, {@code unix}, {@code tcp}, or several of them. */
    String transport();

    /** How {@link #sum} goes about a vector of this length. */
    String algorithm(int length);

    /** Makes a waiting or later call fail at once with this reason. */
    void abort(String reason);

    @Override
    void close();

    /**
     * How an all-reduce is done; it decides the order of additions and of roundings.
     *
     * @param codec what stands for float32 on the wire, if anything; only {@link Algorithm.Exchange} can
     * @param lost what the codec's rounding of the sum takes away is added here, each element on one rank only
     */
    record Manner(Algorithm algorithm, @Nullable Codec codec, float @Nullable [] lost) {
        public static final Manner PLAIN = new Manner(Algorithm.EXCHANGE, null);

        public Manner(Algorithm algorithm, @Nullable Codec codec) {
            this(algorithm, codec, null);
        }

        public Manner {
            if (codec != null && !(algorithm instanceof Algorithm.Exchange))
                throw new IllegalArgumentException("codec " + codec.name() + " needs algorithm exchange, was "
                        + algorithm.name() + ", which would round the sums again at every hop");
        }
    }

    /** An all-reduce under way. */
    interface Partial {
        /** Says that {@code vector[from .. to)} will not change any more, and moves what can be moved. Each element once, any order. */
        void ready(int from, int to);

        /**
         * Waits until the whole vector is the sum, then gathers control words. Everything must be ready. Times count from here: what went
         * before cost the caller nothing.
         */
        Gathered finish(long[] control);
    }
}
