package rubato.observe;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import rubato.event.Event;
import rubato.event.Listener;
import rubato.observe.chart.Across;
import rubato.observe.chart.Chart;
import rubato.observe.chart.Format;
import rubato.observe.chart.Series;
import rubato.observe.chart.Series.Kind;
import rubato.observe.chart.Stack;
import rubato.plan.Plan;
import rubato.signal.RankTimes;
import rubato.step.Evaluation;

/** The measurements of a run as curves, in bounded memory however long the run. */
final class RunCurves implements Listener {
    private static final int SETS = 4;

    private final Series loss = new Series("training batch", Kind.LINE, 0);
    private final Series accuracy = new Series("training batch", Kind.LINE, 0);
    private final Series batch = new Series("batch", Kind.STEPS, 0);
    private final Series noise = new Series("noise scale", Kind.LINE, 1);
    private final Series rate = new Series("learning rate", Kind.LINE, 2);
    private final Series speed = new Series("samples per second", Kind.LINE, 0);
    private final Map<String, Series> lossOf = new LinkedHashMap<>();
    private final Map<String, Series> accuracyOf = new LinkedHashMap<>();
    private final Stack shares = new Stack();
    private final StepCosts costs = new StepCosts();
    private List<String> workers = List.of();
    private long startMillis;
    private long lastStep;
    private double lastSeconds;

    @Override
    public void on(long epochMillis, Event event) {
        if (startMillis == 0) startMillis = epochMillis;
        double seconds = Math.max(0, epochMillis - startMillis) / 1000.0;
        if (event instanceof Event.StepCommitted e) step(seconds, e);
        else if (event instanceof Event.Evaluated e) evaluated(seconds, e);
        else if (event instanceof Event.GenerationStarted e) {
            workers = e.workers();
            share(Math.max(e.plan().fromStep(), lastStep + 1), e.plan());
        } else if (event instanceof Event.PlanChanged e) share(e.plan().fromStep(), e.plan());
        else if (event instanceof Event.WindowMeasured e)
            for (RankTimes rank : e.signals().ranks()) costs.add(rank);
    }

    private void step(double seconds, Event.StepCommitted e) {
        reach(e.step(), seconds);
        loss.add(e.step(), seconds, e.loss());
        accuracy.add(e.step(), seconds, e.accuracy());
        batch.add(e.step(), seconds, e.batch());
        noise.add(e.step(), seconds, e.noise().scale());
        rate.add(e.step(), seconds, e.learningRate());
        speed.add(e.step(), seconds, e.samplesPerSecond());
    }

    private void evaluated(double seconds, Event.Evaluated e) {
        reach(e.step(), seconds);
        for (Evaluation set : e.sets()) {
            of(lossOf, set.set()).add(e.step(), seconds, set.loss());
            of(accuracyOf, set.set()).add(e.step(), seconds, set.accuracy());
        }
    }

    private static Series of(Map<String, Series> sets, String name) {
        String known = sets.size() < SETS || sets.containsKey(name) ? name : "other sets";
        return sets.computeIfAbsent(known, n -> new Series(n + " set", Kind.MARKS, 1 + sets.size()));
    }

    private void share(long fromStep, Plan plan) {
        shares.add(Math.max(0, fromStep - 1), workers, plan.shares().fractions());
    }

    private void reach(long step, double seconds) {
        lastStep = Math.max(lastStep, step);
        lastSeconds = Math.max(lastSeconds, seconds);
    }

    String html() {
        Across steps = Across.steps(lastStep);
        Across time = Across.time(lastSeconds);
        List<Chart> charts = List.of(
                Chart.fitting("Loss", "nats per sample, by step", steps, Format.COUNT, with(loss, lossOf)),
                Chart.fitting("Loss over time", "nats per sample", time, Format.COUNT, with(loss, lossOf)),
                Chart.fitting(
                        "Accuracy",
                        "share of samples right, by step",
                        steps,
                        Format.PERCENT,
                        with(accuracy, accuracyOf)),
                Chart.fitting(
                        "Accuracy over time",
                        "share of samples right",
                        time,
                        Format.PERCENT,
                        with(accuracy, accuracyOf)),
                new Chart(
                        "Batch and noise scale", "samples, by step", steps, Format.COUNT, true, List.of(noise, batch)),
                Chart.fitting("Learning rate", "in force, by step", steps, Format.COUNT, List.of(rate)),
                Chart.fitting("Throughput", "samples per second, over time", time, Format.COUNT, List.of(speed)));
        StringBuilder html = new StringBuilder();
        for (Chart chart : charts) html.append(chart.html());
        return html + shares.html("Shares", "part of the batch per worker, by step", steps) + costs.html();
    }

    private static List<Series> with(Series steps, Map<String, Series> sets) {
        List<Series> all = new ArrayList<>(List.of(steps));
        all.addAll(sets.values());
        return all;
    }
}
