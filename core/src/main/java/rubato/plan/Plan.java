package rubato.plan;

/**
 * How the batch is synchronized, from step {@code fromStep} on, the same for every worker.
 *
 * @param version grows by one with each plan of the run
 * @param fromStep first step (counted from 1) executed under it
 * @param globalBatch samples per step over all ranks
 * @param rateFactor multiplies the learning rate on top of the rule's gain (1 = untouched; a guard may lower it)
 */
public record Plan(
        long version,
        long fromStep,
        int globalBatch,
        Shares shares,
        double rateFactor,
        SyncMode mode,
        Compression compression,
        AllReduce allReduce,
        Stop stop) {
    public Plan {
        if (globalBatch < 1) throw new IllegalArgumentException("globalBatch must be >= 1, was " + globalBatch);
        if (!(rateFactor > 0)) throw new IllegalArgumentException("rateFactor must be > 0, was " + rateFactor);
    }

    public static Plan initial(int globalBatch, Shares shares, Stop stop) {
        return new Plan(1, 1, globalBatch, shares, 1, new SyncMode.Bsp(), Compression.NONE, AllReduce.PLAIN, stop);
    }

    public Plan withGlobalBatch(int batch) {
        return new Plan(version, fromStep, batch, shares, rateFactor, mode, compression, allReduce, stop);
    }

    public Plan withShares(Shares newShares) {
        return new Plan(version, fromStep, globalBatch, newShares, rateFactor, mode, compression, allReduce, stop);
    }

    public Plan withRateFactor(double factor) {
        return new Plan(version, fromStep, globalBatch, shares, factor, mode, compression, allReduce, stop);
    }

    /** Whether something else than the gradient as it is goes over the wire. */
    public boolean isCompressed() {
        return !(compression instanceof Compression.None);
    }

    public Plan withCompression(Compression other) {
        return new Plan(version, fromStep, globalBatch, shares, rateFactor, mode, other, allReduce, stop);
    }

    public Plan withAllReduce(AllReduce other) {
        return new Plan(version, fromStep, globalBatch, shares, rateFactor, mode, compression, other, stop);
    }

    public Plan withStop(Stop newStop) {
        return new Plan(version, fromStep, globalBatch, shares, rateFactor, mode, compression, allReduce, newStop);
    }

    /** The next version of this plan, in force from a step on. */
    public Plan succeeding(Plan previous, long from) {
        return new Plan(
                previous.version + 1, from, globalBatch, shares, rateFactor, mode, compression, allReduce, stop);
    }

    /** Whether two plans train alike, whatever their version. */
    public boolean sameTerms(Plan other) {
        return globalBatch == other.globalBatch
                && shares.equals(other.shares)
                && rateFactor == other.rateFactor
                && mode.equals(other.mode)
                && compression.equals(other.compression)
                && allReduce.equals(other.allReduce)
                && stop.equals(other.stop);
    }
}
