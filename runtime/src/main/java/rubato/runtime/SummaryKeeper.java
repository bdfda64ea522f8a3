package rubato.runtime;

import java.util.ArrayList;
import java.util.List;
import rubato.config.RunConfig;
import rubato.event.Event;
import rubato.event.Listener;
import rubato.event.Summary;
import rubato.seam.Clock;
import rubato.step.Evaluation;

/** Keeps what the summary needs from the stream of events; every other listener hears the same. */
final class SummaryKeeper implements Listener {
    private final List<Listener> others = new ArrayList<>();
    private final int workers;
    private final int batchInitial;
    private int batchFinal;
    private double noiseScale = Double.NaN;
    private long decisions;
    private volatile boolean trained;
    private Evaluation train = new Evaluation("train", 0, 0, 0);
    private Evaluation test = new Evaluation("test", 0, 0, 0);

    SummaryKeeper(int workers, int batchInitial) {
        this.workers = workers;
        this.batchInitial = batchInitial;
        this.batchFinal = batchInitial;
    }

    void tell(List<Listener> listeners) {
        others.addAll(listeners);
    }

    /** A run goes on from here: from now on these listen, checkpoints are retained, and what is trained and what is odd is told. */
    void begin(
            RunDirectory directory,
            RunConfig config,
            Start start,
            Event announced,
            List<Listener> listeners,
            Clock clock) {
        tell(listeners);
        tell(List.of(new Retention(
                directory,
                start.accounts().checkpoints(),
                config.checkpoint().keep(),
                config.checkpoint().keepForMillis(),
                event -> on(clock.epochMillis(), event))));
        on(clock.epochMillis(), announced);
        start.warnings().forEach(warning -> on(clock.epochMillis(), new Event.Warning(warning)));
    }

    /** Whether training began. */
    boolean trained() {
        return trained;
    }

    @Override
    public void on(long epochMillis, Event event) {
        note(event);
        for (Listener other : others) other.on(epochMillis, event);
    }

    private void note(Event event) {
        if (event instanceof Event.GenerationStarted) trained = true;
        if (event instanceof Event.StepCommitted step) {
            batchFinal = step.batch();
            noiseScale = step.noise().scale();
        } else if (event instanceof Event.Decided decided) {
            if (decided.decision().changes(decided.before())) decisions++;
        } else if (event instanceof Event.Evaluated evaluated) {
            for (Evaluation set : evaluated.sets()) {
                if (set.set().equals("train")) train = set;
                else test = set;
            }
        }
    }

    /** For a run whose coordinator died without a word. */
    Summary unknown() {
        return summary(
                new CoordinatorService.End("failed", "coordinator", 3, "coordinator"), 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    Summary summary(
            CoordinatorService.End end,
            long steps,
            double epochs,
            long samples,
            double wallSeconds,
            double trainingSeconds,
            long trained,
            long bytesSent,
            long bytesSaved,
            long hash) {
        return new Summary(
                end.status(),
                end.stoppedBy(),
                steps,
                epochs,
                samples,
                train.loss(),
                train.accuracy(),
                test.loss(),
                test.accuracy(),
                wallSeconds,
                trainingSeconds > 0 ? trained / trainingSeconds : 0,
                workers,
                batchInitial,
                batchFinal,
                noiseScale,
                decisions,
                bytesSent,
                bytesSaved,
                String.format("%016x", hash));
    }
}
