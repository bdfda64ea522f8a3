package rubato.policy;

import java.util.ArrayList;
import java.util.List;
import rubato.plan.Plan;
import rubato.plan.Shares;
import rubato.plan.Stop;
import rubato.plan.Topology;
import rubato.random.SplitMix;
import rubato.signal.LinearFit;
import rubato.signal.NoiseEstimate;
import rubato.signal.Outcome;
import rubato.signal.RankTimes;
import rubato.signal.Signals;
import rubato.signal.Wire;

/** Plans and signals for tests of policies. */
final class Scenes {
    private Scenes() {}

    static Plan plan(int batch, double... shares) {
        return Plan.initial(batch, shares.length == 0 ? Shares.equal(2) : Shares.of(shares), Stop.NEVER);
    }

    /** φ as asked, resting on many samples. */
    static NoiseEstimate noise(double scale) {
        return new NoiseEstimate(scale, 1, 100_000);
    }

    static LinearFit fit(double start, double perSample) {
        return new LinearFit(start, perSample, true);
    }

    static Signals seen(NoiseEstimate noise, double syncNanos, LinearFit... fits) {
        return seen(100, 0, noise, syncNanos, List.of(), fits);
    }

    static Signals seen(
            long lastStep,
            long lastChange,
            NoiseEstimate noise,
            double syncNanos,
            List<Outcome> history,
            LinearFit... fits) {
        List<RankTimes> ranks = new ArrayList<>();
        for (LinearFit fit : fits) ranks.add(new RankTimes("w" + ranks.size(), 32, fit.nanos(32), 0, 0, fit));
        Wire wire = new Wire(Topology.oneHost(Math.max(1, fits.length)), 0, 0, List.of());
        return new Signals(lastStep - 9, lastStep, 640, 1, 2, noise, ranks, syncNanos, wire, lastChange, history);
    }

    static Signals random(SplitMix random, int ranks) {
        LinearFit[] fits = new LinearFit[ranks];
        for (int r = 0; r < ranks; r++) {
            double start = random.nextInt(3) == 0 ? 0 : random.nextDouble() * 1e6;
            fits[r] = new LinearFit(start, random.nextInt(8) == 0 ? 0 : random.nextDouble() * 1e5, true);
        }
        List<Outcome> history = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            int batch = 1 + random.nextInt(500);
            history.add(new Outcome(5 - i, 100 - 10 * i, batch, 2 * batch, 100, 50 + random.nextInt(100)));
        }
        NoiseEstimate noise =
                new NoiseEstimate(random.nextDouble() * 1e4, random.nextGaussian() + 1, random.nextInt(20_000));
        return seen(90 + random.nextInt(50), random.nextInt(100), noise, random.nextDouble() * 1e6, history, fits);
    }
}
