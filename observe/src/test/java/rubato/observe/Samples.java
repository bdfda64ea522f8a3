package rubato.observe;

import java.util.List;
import rubato.event.Event;
import rubato.event.Summary;
import rubato.plan.Algorithm;
import rubato.plan.Plan;
import rubato.plan.Shares;
import rubato.plan.Stop;
import rubato.plan.Topology;
import rubato.policy.Alternative;
import rubato.policy.Decision;
import rubato.signal.LinearFit;
import rubato.signal.LinkCost;
import rubato.signal.LinkCosts;
import rubato.signal.NoiseEstimate;
import rubato.signal.Outcome;
import rubato.signal.RankTimes;
import rubato.signal.Signals;
import rubato.signal.SumTime;
import rubato.signal.Wire;
import rubato.step.Evaluation;

/** Events and summaries to observe, one of each. */
final class Samples {
    static final Plan PLAN = Plan.initial(64, Shares.equal(2), Stop.NEVER);
    static final NoiseEstimate NOISE = new NoiseEstimate(500, 2, 4096);
    static final Summary SUMMARY = new Summary(
            "done", "epochs", 938, 1, 60_000, 0.4321, 0.851, 0.4567, 0.842, 3.25, 18_461, 2, 64, 256, 250, 3, 3_000_000,
            9_000_000, "9f3c");

    private Samples() {}

    static Event.StepCommitted step(long step, double loss) {
        return new Event.StepCommitted(
                step, 0, step / 938.0, step * 64, loss, 0.5, 64, 0.1, NOISE, 20_000, 12.5, step * 100, step * 300);
    }

    static Event.Decided decided(long step, int batch, boolean applied) {
        List<Alternative> alternatives = List.of(new Alternative("batch 64", 900), new Alternative("batch 128", 1100));
        return new Event.Decided(
                step,
                PLAN,
                new Decision(
                        PLAN.withGlobalBatch(batch), "noise-scale", "noise scale above batch", alternatives, applied));
    }

    static Event.WindowMeasured window(long step) {
        LinearFit fit = new LinearFit(1e5, 2e4, true);
        List<RankTimes> ranks =
                List.of(new RankTimes("w0", 32, 1e6, 2e5, 1e5, fit), new RankTimes("w1", 32, 1.2e6, 0, 1e5, fit));
        List<Outcome> history = List.of(new Outcome(2, 100, 64, 128, 1000, Double.NaN));
        LinkCost cost = new LinkCost(5e3, 1e3, 0.3);
        Wire wire = new Wire(
                Topology.oneHost(2),
                31_400,
                2e5,
                List.of(new LinkCosts(cost, cost, List.of(new SumTime(Algorithm.RING, 2e4, 1 << 20, 3e5)))));
        return new Event.WindowMeasured(
                new Signals(step, step + 99, 6400, 0.3, 1.2, NOISE, ranks, 3e5, wire, 0, history));
    }

    static List<Event> all() {
        return List.of(
                new Event.RunStarted("quickstart", "softmax", "fashion-mnist", 2, 60_000, 10_000, 7850),
                new Event.WorkerJoined("w0", 4711),
                new Event.GenerationStarted("1.1", List.of("w0", "w1"), PLAN),
                step(1, 2.3),
                window(1),
                decided(100, 128, true),
                new Event.PlanChanged(PLAN.withGlobalBatch(128).succeeding(PLAN, 110), "noise scale above batch"),
                new Event.Evaluated(938, 0, 0.4, List.of(new Evaluation("test", 10_000, 4567, 8420))),
                new Event.CheckpointStored(938, "checkpoints/938"),
                new Event.WorkerLeft("w1", "end of run"),
                new Event.Warning("the disk is slow"),
                new Event.RunFinished(SUMMARY));
    }
}
