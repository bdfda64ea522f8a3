package rubato.sim;

import java.util.List;
import rubato.plan.Compression;
import rubato.plan.Plan;
import rubato.plan.Shares;
import rubato.plan.Stop;
import rubato.policy.Decision;
import rubato.policy.Policy;
import rubato.protocol.Goals;
import rubato.protocol.Rhythm;
import rubato.random.SplitMix;
import rubato.step.DataShape;

/**
 * What one schedule is about, all of it drawn from its seed: data, batch, world, rhythm, policy, and how long faults go on.
 *
 * @param computeNanos gradient of a step on a worker that is not slow
 * @param fsyncNanos longest write of the ledger
 * @param stateBytes what workers say a state is large: so much that joiners follow, or little
 */
record Scenario(
        long seed,
        Rhythm rhythm,
        Goals goals,
        Plan plan,
        Policy policy,
        int windowSteps,
        int workers,
        int min,
        int max,
        long computeNanos,
        long fsyncNanos,
        long faultsNanos,
        long stateBytes) {
    static final long MS = 1_000_000;
    static final long SECOND = 1000 * MS;

    /** The policies schedules run under: pure, deterministic, and busy. */
    private static final Policy KEEP = (plan, seen) -> Decision.keep(plan, "fixed", "fixed");

    private static final Policy GROW = (plan, seen) -> Decision.change(
            plan.withGlobalBatch(2 + (plan.globalBatch() * 5 + 3) % 11), "another batch", "test", List.of());
    private static final Policy SHIFT =
            (plan, seen) -> Decision.change(plan.withShares(shifted(plan.shares())), "other shares", "test", List.of());

    private static final Compression COMPRESSED = new Compression.TopK(0.5);

    /** The same, and whatever it changes, it also compresses or no longer does. */
    private static Policy switching(Policy policy) {
        return (plan, seen) -> {
            Decision made = policy.decide(plan, seen);
            boolean off = plan.compression().equals(COMPRESSED);
            Plan next = made.plan().withCompression(off ? Compression.NONE : COMPRESSED);
            return made.changes(plan) ? Decision.change(next, made.policy(), made.reason(), List.of()) : made;
        };
    }

    static Scenario draw(long seed) {
        SplitMix random = SplitMix.forPurpose(seed, 1);
        SplitMix compressing = SplitMix.forPurpose(seed, 10);
        boolean compresses = compressing.nextInt(2) == 0;
        int workers = 1 + random.nextInt(5);
        int min = 1 + (random.nextInt(3) == 0 ? random.nextInt(workers) : 0);
        int max = workers + random.nextInt(3);
        int samples = 20 + random.nextInt(60);
        int batch = 2 + random.nextInt(10);
        int window = 1 + random.nextInt(8);
        boolean keepLast = random.nextInt(4) > 0;
        DataShape data = new DataShape(samples, random.nextInt(4) > 0, seed, keepLast);
        long evaluateEvery = random.nextInt(3) == 0 ? 3L + random.nextInt(8) : 0;
        long storeEvery = random.nextInt(2) == 0 ? 2L + random.nextInt(8) : 0;
        Rhythm rhythm = new Rhythm(data, evaluateEvery, storeEvery, window, true);
        boolean bySteps = random.nextInt(4) == 0;
        long epochs = 2L + random.nextInt(4);
        Goals goals = new Goals(
                bySteps ? 5L + random.nextInt(40) : Long.MAX_VALUE,
                bySteps ? Long.MAX_VALUE : epochs,
                Double.POSITIVE_INFINITY,
                2,
                -1);
        Plan plan = Plan.initial(batch, shares(random, workers), goals.known())
                .withCompression(compresses ? COMPRESSED : Compression.NONE);
        Policy decides = switch (random.nextInt(3)) {
            case 0 -> KEEP;
            case 1 -> GROW;
            default -> SHIFT;
        };
        Policy policy = compresses && compressing.nextInt(3) == 0 ? switching(decides) : decides;
        return new Scenario(
                seed,
                rhythm,
                goals,
                plan,
                policy,
                3 + random.nextInt(9),
                workers,
                min,
                max,
                (10 + random.nextInt(150)) * MS,
                (1 + random.nextInt(12)) * MS,
                (1 + random.nextInt(8)) * SECOND,
                SplitMix.forPurpose(seed, 9).nextInt(2) == 0 ? 0 : 1 << 20);
    }

    private static Shares shares(SplitMix random, int workers) {
        if (random.nextInt(2) == 0) return Shares.equal(workers);
        double[] parts = new double[workers];
        double sum = 0;
        for (int i = 0; i < workers; i++) {
            parts[i] = 1 + random.nextInt(4);
            sum += parts[i];
        }
        for (int i = 0; i < workers; i++) parts[i] /= sum;
        return Shares.of(parts);
    }

    /** Each rank takes over the share of the one before it. */
    private static Shares shifted(Shares shares) {
        double[] next = new double[shares.ranks()];
        for (int rank = 0; rank < next.length; rank++)
            next[rank] = shares.fractions().get((rank + 1) % next.length);
        return Shares.of(next);
    }

    /** How many workers are kept started besides: 0 to 2. */
    int standbys() {
        return (int) Math.floorMod(seed, 3L);
    }

    /** Where training ends when nothing is interrupted. */
    Stop stop() {
        return goals.known();
    }
}
