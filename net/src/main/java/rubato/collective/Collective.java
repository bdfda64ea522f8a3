package rubato.collective;

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
    Gathered allReduce(long step, float[] vector, int length, long[] control);

    /** Sums as {@link #allReduce} does, without control words; allocates nothing. */
    void sum(long step, float[] vector, int length);

    /** A vector of this length on every rank; all ranks call this. */
    SymmetricVector symmetric(int length);

    /** Sums the first {@code length} elements of a {@link #symmetric} vector into all of them. */
    void sum(long step, SymmetricVector vector, int length);

    /** What carries the bytes: {@code shm}, {@code unix}, {@code tcp}, or several of them. */
    String transport();

    /** How a vector of this length is summed. */
    String algorithm(int length);

    /** Makes a waiting or later call fail at once with this reason. */
    void abort(String reason);

    @Override
    void close();

    /**
     * @param controls control words by rank
     * @param waitNanos time from entering until the last peer had entered
     * @param wireNanos the rest of the call
     */
    record Gathered(long[][] controls, long waitNanos, long wireNanos) {}
}
