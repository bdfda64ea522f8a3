package rubato.policy;

import java.util.List;
import java.util.Locale;
import rubato.plan.Algorithm;
import rubato.plan.AllReduce;
import rubato.plan.Plan;
import rubato.signal.Signals;
import rubato.signal.Wire;

/**
 * Chooses how a gradient is summed from the measured cost of messages: the algorithm by {@link AlgorithmChoice}, and in how many
 * buckets k it goes. With W the time of the whole in one, A of it for messages whatever they hold, and S the time from the first
 * part of the gradient that is final to the last, what a step waits for beyond its gradient is
 *
 * <pre>max( A + (W − A)/k , k·A + (W − A) − S·(1 − 1/k) )</pre>
 *
 * the last bucket alone, or all of them less what went while there was still something to compute (wait-free back-propagation
 * with merged gradients, Shi, Chu and Li 2019). More buckets only where that is a tenth better and {@code tolerance} of the whole step.
 *
 * @param chooses whether the algorithm is chosen, or stays as planned
 * @param divides whether the buckets are
 * @param tolerance part of a step that is not worth a change
 */
public record AllReducePolicy(boolean chooses, boolean divides, double tolerance) implements Policy {
    static final int LEAST_BUCKET_BYTES = 64 << 10;
    private static final String NAME = "all-reduce";
    private static final double BETTER = 0.9;

    public AllReducePolicy {
        if (!(tolerance >= 0)) throw new IllegalArgumentException("tolerance must be >= 0, was " + tolerance);
    }

    @Override
    public Decision decide(Plan plan, Signals seen) {
        if (!chooses && !divides) return Decision.keep(plan, NAME, "all-reduce as configured");
        Wire wire = seen.wire();
        if (wire.costs().isEmpty()) return Decision.keep(plan, NAME, "messages have not been measured");
        if (wire.topology().ranks() != plan.shares().ranks())
            return Decision.keep(plan, NAME, "ranks changed within the window");
        if (plan.isCompressed()) return Decision.keep(plan, NAME, "a compressed gradient is exchanged whole");
        return decide(
                plan, seen, new AlgorithmChoice(wire.topology(), wire.costs().get(0)));
    }

    private Decision decide(Plan plan, Signals seen, AlgorithmChoice choice) {
        long bytes = seen.wire().gradientBytes();
        AllReduce inForce = plan.allReduce();
        Algorithm algorithm = chooses ? choice.next(inForce.algorithm(), bytes) : inForce.algorithm();
        double whole = choice.nanos(algorithm, bytes);
        double messages = choice.nanos(algorithm, 0);
        List<Alternative> alternatives = choice.ranked(bytes).stream()
                .map(one -> new Alternative(one.algorithm().name() + ", ms", one.nanos() / 1e6))
                .toList();
        int now = buckets(inForce.bucketBytes(), bytes);
        int buckets = divides ? buckets(now, bytes, whole, messages, seen) : now;
        int bucketBytes = buckets == now ? inForce.bucketBytes() : bucketBytes(buckets, bytes);
        AllReduce chosen = new AllReduce(algorithm, bucketBytes);
        String cost = String.format(Locale.ROOT, "%s of %d bytes", Figures.millis(whole), bytes);
        if (chosen.equals(inForce)) return new Decision(plan, NAME, "as it is: " + cost, alternatives, true);
        String reason = algorithm.name() + " in " + buckets + (buckets == 1 ? " piece, " : " buckets, ") + cost;
        return Decision.change(plan.withAllReduce(chosen), NAME, reason, alternatives);
    }

    private int buckets(int now, long bytes, double whole, double messages, Signals seen) {
        double ready = seen.wire().readyNanos();
        int best = 1;
        for (int k = 2; bytes / k >= LEAST_BUCKET_BYTES; k *= 2)
            if (exposed(k, whole, messages, ready) < exposed(best, whole, messages, ready)) best = k;
        double present = exposed(now, whole, messages, ready);
        double then = exposed(best, whole, messages, ready);
        boolean worth = then < BETTER * present && present - then > tolerance * stepNanos(seen);
        return worth ? best : now;
    }

    static double exposed(int buckets, double whole, double messages, double readyNanos) {
        double moving = whole - messages;
        double last = messages + moving / buckets;
        return Math.max(last, buckets * messages + moving - readyNanos * (1 - 1.0 / buckets));
    }

    private static double stepNanos(Signals seen) {
        return seen.syncNanos()
                + seen.ranks().stream()
                        .mapToDouble(rank -> rank.computeNanos())
                        .max()
                        .orElse(0);
    }

    private static int buckets(int bucketBytes, long bytes) {
        return bucketBytes == 0 ? 1 : (int) Math.max(1, (bytes + bucketBytes - 1) / bucketBytes);
    }

    /** A bucket's bytes for so many of them. */
    private static int bucketBytes(int buckets, long bytes) {
        if (buckets == 1) return 0;
        long elements = (bytes / Float.BYTES + buckets - 1) / buckets;
        return Math.toIntExact(elements * Float.BYTES);
    }
}
