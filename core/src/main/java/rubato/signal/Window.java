package rubato.signal;

import java.util.ArrayList;
import java.util.List;
import rubato.plan.Topology;
import rubato.step.StepTimes;
import rubato.step.StepTotals;

/**
 * Sums committed steps into {@link Signals}. Time comes in as numbers; one owner, not thread-safe. Fits and outcomes outlive
 * the windows, and a worker's fit outlives a change of membership it survives.
 */
public final class Window {
    /** Weight of a new measurement of messages. */
    private static final double NEWEST = 0.3;

    private final Outcomes outcomes;
    private final List<WindowTimes> ranks = new ArrayList<>();
    private long firstStep;
    private long lastStep;
    private long steps;
    private long samples;
    private double lossSum;
    private double beyondOwn;
    private long lastChangeStep;
    private double lastRate = Double.NaN;
    private Topology topology;
    private long gradientBytes;
    private List<LinkCosts> costs = List.of();

    /** A window of these workers, by rank; {@code baseBatch} is the batch a sample's value is compared with. */
    public Window(List<String> workers, int baseBatch) {
        this(workers, baseBatch, 0, List.of());
    }

    /** The same in a resumed run, with what it knew of past changes. */
    public Window(List<String> workers, int baseBatch, long lastChangeStep, List<Outcome> history) {
        if (baseBatch < 1) throw new IllegalArgumentException("baseBatch must be >= 1, was " + baseBatch);
        this.outcomes = new Outcomes(baseBatch, history);
        this.lastChangeStep = lastChangeStep;
        for (String worker : workers) ranks.add(WindowTimes.start(worker));
        this.topology = Topology.oneHost(Math.max(1, workers.size()));
    }

    /** Adds a committed step with the times of every rank. */
    public void add(long step, StepTotals totals, List<StepTimes> byRank) {
        if (byRank.size() != ranks.size())
            throw new IllegalArgumentException("times of " + ranks.size() + " ranks needed, got " + byRank.size());
        if (steps == 0) firstStep = step;
        lastStep = step;
        steps++;
        samples += totals.samples();
        lossSum += totals.lossSum();
        for (int rank = 0; rank < byRank.size(); rank++)
            ranks.set(rank, ranks.get(rank).plus(byRank.get(rank)));
        gradientBytes = gradientBytes(byRank);
        beyondOwn += slowest(byRank, StepTimes::wholeNanos) - slowest(byRank, StepTimes::ownNanos);
    }

    /** Each rank sends at least 2(n − 1)/n of a gradient, and says how much that is. */
    private static long gradientBytes(List<StepTimes> byRank) {
        int n = byRank.size();
        StepTimes first = byRank.get(0);
        return n < 2 ? 0 : (first.sentBytes() + first.savedBytes()) * n / (2L * (n - 1));
    }

    private static double slowest(List<StepTimes> byRank, java.util.function.ToDoubleFunction<StepTimes> time) {
        return byRank.stream().mapToDouble(time).max().orElse(0);
    }

    /** How many steps the present window holds. */
    public long steps() {
        return steps;
    }

    /** A new plan is in force from a step on; call before adding that step. A window that mixes two plans judges neither. */
    public void changed(long version, long step, int fromBatch, int toBatch) {
        lastChangeStep = step;
        outcomes.changed(version, step, fromBatch, toBatch, lastRate);
    }

    /** Which ranks share a host. */
    public void hosts(Topology hosts) {
        topology = hosts;
    }

    /** Messages were measured once more. */
    public void measured(LinkCosts newest) {
        costs = List.of(costs.isEmpty() ? newest : costs.get(0).towards(newest, NEWEST));
    }

    /** Other workers, by rank; the present window starts anew, the fits of those who stay are kept. */
    public void members(List<String> workers) {
        List<WindowTimes> before = List.copyOf(ranks);
        ranks.clear();
        for (String worker : workers) {
            ranks.add(before.stream()
                    .filter(rank -> rank.worker().equals(worker))
                    .findFirst()
                    .orElseGet(() -> WindowTimes.start(worker))
                    .emptied());
        }
        topology = Topology.oneHost(Math.max(1, workers.size()));
        lastRate = Double.NaN;
        clear();
    }

    /**
     * Ends the window and begins the next.
     *
     * @param seconds it took by the caller's clock, less what was not training (evaluation, checkpoints)
     * @throws IllegalStateException if it holds no step
     */
    public Signals close(double seconds, NoiseEstimate noise) {
        if (steps == 0) throw new IllegalStateException("a window without steps has no signals");
        double rate = seconds > 0 ? samples / seconds : Double.NaN;
        if (!Double.isNaN(rate)) outcomes.measured(firstStep, rate, noise);
        boolean mixed = lastChangeStep > firstStep;
        lastRate = mixed ? Double.NaN : rate;
        Signals seen = new Signals(
                firstStep,
                lastStep,
                samples,
                seconds,
                samples > 0 ? lossSum / samples : Double.NaN,
                noise,
                ranks.stream().map(WindowTimes::means).toList(),
                beyondOwn / steps,
                new Wire(
                        topology,
                        gradientBytes,
                        ranks.stream()
                                .mapToDouble(WindowTimes::readyNanos)
                                .min()
                                .orElse(0),
                        costs),
                lastChangeStep,
                outcomes.history());
        clear();
        return seen;
    }

    private void clear() {
        ranks.replaceAll(WindowTimes::emptied);
        steps = 0;
        samples = 0;
        lossSum = 0;
        beyondOwn = 0;
    }
}
