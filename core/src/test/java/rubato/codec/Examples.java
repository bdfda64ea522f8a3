package rubato.codec;

import java.util.ArrayList;
import java.util.List;
import rubato.history.Entry;
import rubato.plan.Algorithm;
import rubato.plan.AllReduce;
import rubato.plan.Compression;
import rubato.plan.Plan;
import rubato.plan.Shares;
import rubato.plan.Stop;
import rubato.plan.SyncMode;
import rubato.plan.Topology;
import rubato.policy.Alternative;
import rubato.policy.Decision;
import rubato.random.SplitMix;
import rubato.signal.LinearFit;
import rubato.signal.LinkCost;
import rubato.signal.LinkCosts;
import rubato.signal.NoiseEstimate;
import rubato.signal.Outcome;
import rubato.signal.RankTimes;
import rubato.signal.Signals;
import rubato.signal.SumTime;
import rubato.signal.Wire;
import rubato.step.DataShape;
import rubato.step.Evaluation;
import rubato.step.Range;
import rubato.step.StateName;
import rubato.world.Generation;
import rubato.world.Member;
import rubato.world.WorkerId;
import rubato.world.World;

/** Random entries of every kind. */
final class Examples {
    private final SplitMix random;

    Examples(long seed) {
        random = new SplitMix(seed);
    }

    List<Entry> all() {
        Generation generation = new Generation(random.nextInt(9), random.nextInt(99));
        StateName base = new StateName(1, generation, random.nextInt(1000), random.nextLong());
        return List.of(
                new Entry.Begin(text(), new DataShape(1 + random.nextInt(99), true, 7, false), text(), text(), text()),
                new Entry.Term(random.nextLong()),
                new Entry.Seal(generation, text()),
                new Entry.Activate(world(generation), base, plan(), List.of()),
                new Entry.Decided(random.nextInt(1000), plan(), signals(), decision()),
                new Entry.Planned(plan(), text()),
                new Entry.Commit(
                        generation, 5, random.nextLong(), 2, List.of(ranges(), ranges()), ranges(), 3, true, number()),
                new Entry.Evaluated(random.nextLong(), List.of(new Evaluation("test", 10, number(), 3))),
                new Entry.Checkpoint(9, random.nextLong(), text(), text()),
                new Entry.Rollback(2, 7, text()),
                new Entry.Finished(text(), 9, random.nextLong(), text()),
                new Entry.NonFinite(generation, 5, List.of(0, 3), true),
                new Entry.Scaled(3),
                new Entry.NothingKept(generation, List.of(0, 2)));
    }

    Plan plan() {
        Shares shares = random.nextInt(2) == 0 ? Shares.equal(1 + random.nextInt(4)) : Shares.of(0.7, 0.2, 0.1);
        return new Plan(
                random.nextInt(9),
                random.nextInt(999),
                1 + random.nextInt(4096),
                shares,
                0.5 + random.nextDouble(),
                new SyncMode.Bsp(),
                random.nextInt(2) == 0 ? new Compression.TopK(0.5) : new Compression.Int8(),
                random.nextInt(2) == 0
                        ? AllReduce.PLAIN
                        : new AllReduce(new Algorithm.Hierarchical(List.of(0, 0, 1)), 65_536),
                new Stop(random.nextLong(), 3, text()));
    }

    Signals signals() {
        List<RankTimes> ranks = new ArrayList<>();
        for (int r = random.nextInt(4); r >= 0; r--) {
            LinearFit fit = new LinearFit(number(), number(), random.nextInt(2) == 0);
            ranks.add(new RankTimes(text(), number(), number(), number(), number(), fit));
        }
        List<Outcome> history = List.of(new Outcome(2, 10, 64, 128, number(), Double.NaN));
        NoiseEstimate noise = new NoiseEstimate(number(), number(), number());
        return new Signals(1, 20, 1280, 0.5, number(), noise, ranks, number(), wire(), 10, history);
    }

    private Wire wire() {
        LinkCost cost = new LinkCost(random.nextInt(9), random.nextInt(9), random.nextInt(9));
        List<LinkCosts> costs = random.nextInt(2) == 0
                ? List.of()
                : List.of(new LinkCosts(cost, cost, List.of(new SumTime(Algorithm.RING, 2e4, 1 << 20, 3e5))));
        return new Wire(Topology.oneHost(1 + random.nextInt(3)), random.nextInt(99), random.nextInt(9), costs);
    }

    Decision decision() {
        return new Decision(plan(), text(), text(), List.of(new Alternative(text(), number())), random.nextInt(2) == 0);
    }

    private World world(Generation generation) {
        return new World(
                generation,
                List.of(
                        new Member(new WorkerId("worker-0", 1), "127.0.0.1", 4000, 5000),
                        new Member(new WorkerId("worker-1", 2), "127.0.0.1", 4001, 5001)));
    }

    private List<Range> ranges() {
        List<Range> ranges = new ArrayList<>();
        for (int r = random.nextInt(4); r > 0; r--) ranges.add(new Range(1, random.nextInt(99), random.nextInt(99)));
        return ranges;
    }

    private String text() {
        String[] words = {"", "noise scale above batch", "φ ≥ 2·B", "🎼", "a\nb\0c"};
        return words[random.nextInt(words.length)];
    }

    private double number() {
        double[] special = {0, -0.0, Double.NaN, Double.NEGATIVE_INFINITY, Double.MIN_VALUE};
        int at = random.nextInt(2 * special.length);
        return at < special.length ? special[at] : random.nextGaussian();
    }
}
