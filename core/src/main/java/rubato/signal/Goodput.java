package rubato.signal;

/**
 * Goodput of equal replicas (Pollux, OSDI'21, eq. 4–7): {@code THROUGHPUT = M/T} with {@code M = K·m·(s + 1)},
 * {@code EFFICIENCY = (φ + M0)/(φ + M)}, {@code GOODPUT} their product.
 *
 * @param noiseScale φ in samples
 * @param baseBatch M0
 */
public record Goodput(PerformanceModel time, double noiseScale, int baseBatch) {
    /** Candidates AdaptDL looks at, in geometric progression. */
    private static final int CANDIDATES = 50;

    private static final double TOLERANCE = 1e-8;

    public Goodput {
        if (!(noiseScale > 0)) throw new IllegalArgumentException("noiseScale must be > 0, was " + noiseScale);
        if (baseBatch < 1) throw new IllegalArgumentException("baseBatch must be >= 1, was " + baseBatch);
    }

    /** One way to run: replicas, micro-batch of each, accumulation steps, and the goodput predicted of it in samples/s. */
    public record Choice(int nodes, int replicas, int perReplica, int accumulation, double goodput) {
        public long batch() {
            return (long) replicas * perReplica * (accumulation + 1);
        }
    }

    /** Bounds of the search: global batch up to {@code maxBatch}, micro-batches of {@code least..most}. */
    public record Bounds(int maxBatch, int least, int most) {
        public Bounds {
            if (least < 1 || most < least)
                throw new IllegalArgumentException(
                        "micro-batch must be 1 <= least <= most, was " + least + ".." + most);
            if (maxBatch < 1) throw new IllegalArgumentException("maxBatch must be >= 1, was " + maxBatch);
        }
    }

    /** Samples per second. */
    public double throughput(int nodes, int replicas, int perReplica, int accumulation) {
        double batch = (double) replicas * perReplica * (accumulation + 1);
        return batch / time.stepSeconds(nodes, replicas, perReplica, accumulation);
    }

    /** What a sample in this batch is worth beside one in the base batch; above 1 below it. */
    public double efficiency(double batch) {
        return (noiseScale + baseBatch) / (noiseScale + batch);
    }

    /** Useful samples per second. */
    public Choice predict(int nodes, int replicas, int perReplica, int accumulation) {
        double batch = (double) replicas * perReplica * (accumulation + 1);
        double goodput = throughput(nodes, replicas, perReplica, accumulation) * efficiency(batch);
        return new Choice(nodes, replicas, perReplica, accumulation, goodput);
    }

    /**
     * The best micro-batch and accumulation for a number of replicas, searched as AdaptDL does; goodput 0 if no candidate
     * keeps the bounds.
     *
     * @param leastBatch smallest global batch looked at; AdaptDL's is the base batch, ours may be smaller
     */
    public Choice best(int nodes, int replicas, int leastBatch, Bounds bounds) {
        double low = Math.max(leastBatch, (double) bounds.least() * replicas);
        Choice best = new Choice(nodes, replicas, bounds.least(), 0, 0);
        for (int i = 0; i < CANDIDATES; i++) {
            double batch = i == CANDIDATES - 1 ? bounds.maxBatch() : between(low, bounds.maxBatch(), i);
            Choice choice = candidate(nodes, replicas, batch / replicas, bounds);
            if (choice.goodput() > best.goodput()) best = choice;
        }
        return best;
    }

    private static double between(double low, double high, int i) {
        return low * StrictMath.pow(high / low, (double) i / (CANDIDATES - 1));
    }

    /** One replica above the base batch accumulates at least once, else there would be no second unit to see noise by. */
    private Choice candidate(int nodes, int replicas, double local, Bounds bounds) {
        int accumulation = (int) Math.ceil(local / bounds.most() - TOLERANCE) - 1;
        if (replicas == 1 && local > baseBatch) accumulation = Math.max(accumulation, 1);
        accumulation = Math.max(accumulation, 0);
        int perReplica = (int) Math.ceil(local / (accumulation + 1) - TOLERANCE);
        boolean allowed = bounds.least() <= perReplica && perReplica <= bounds.most();
        return allowed
                ? predict(nodes, replicas, perReplica, accumulation)
                : new Choice(nodes, replicas, perReplica, accumulation, 0);
    }
}
