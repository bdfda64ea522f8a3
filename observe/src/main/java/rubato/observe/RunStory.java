package rubato.observe;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import rubato.event.Event;
import rubato.event.Listener;
import rubato.event.Summary;

/** What was decided, evaluated and went wrong in a run, and who took part; bounded, however long the run. */
final class RunStory implements Listener {
    private static final int WORKERS = 1000;

    private final Ends<Timed<Event.Decided>> decisions = new Ends<>();
    private final Ends<Timed<Event.Evaluated>> evaluations = new Ends<>();
    private final Ends<Timed<Event.Warning>> warnings = new Ends<>();
    private final Map<String, WorkerTale> workers = new LinkedHashMap<>();
    private Event.@Nullable RunStarted started;
    private Event.@Nullable StepCommitted lastStep;
    private @Nullable Summary summary;
    private long startMillis;
    private long endMillis;
    private long kept;
    private long applied;
    private int firstBatch;

    /** An event and the seconds since the start of the run. */
    record Timed<E extends Event>(double seconds, E event) {}

    @Override
    public void on(long epochMillis, Event event) {
        if (startMillis == 0) startMillis = epochMillis;
        endMillis = Math.max(endMillis, epochMillis);
        if (event instanceof Event.RunStarted e) started = e;
        else if (event instanceof Event.StepCommitted e) step(e);
        else if (event instanceof Event.Decided e) decided(epochMillis, e);
        else if (event instanceof Event.Evaluated e) evaluations.add(new Timed<>(seconds(epochMillis), e));
        else if (event instanceof Event.Warning e) warnings.add(new Timed<>(seconds(epochMillis), e));
        else if (event instanceof Event.RunFinished e) summary = e.summary();
        else worker(epochMillis, event);
    }

    private void step(Event.StepCommitted e) {
        if (lastStep == null) firstBatch = e.batch();
        lastStep = e;
    }

    private void decided(long epochMillis, Event.Decided e) {
        if (e.decision().plan().sameTerms(e.before())) kept++;
        else {
            if (e.decision().applied()) applied++;
            decisions.add(new Timed<>(seconds(epochMillis), e));
        }
    }

    private void worker(long epochMillis, Event event) {
        if (event instanceof Event.WorkerJoined e) tell(new WorkerTale(e.worker(), e.pid(), epochMillis, 0, ""));
        if (event instanceof Event.WorkerLeft e)
            tell(workers.getOrDefault(e.worker(), new WorkerTale(e.worker(), 0, 0, 0, ""))
                    .left(epochMillis, e.reason()));
        if (event instanceof Event.GenerationStarted e)
            for (String name : e.workers())
                if (!workers.containsKey(name)) tell(new WorkerTale(name, 0, epochMillis, 0, ""));
    }

    private void tell(WorkerTale tale) {
        if (workers.size() < WORKERS || workers.containsKey(tale.name())) workers.put(tale.name(), tale);
    }

    double seconds(long epochMillis) {
        return Math.max(0, epochMillis - startMillis) / 1000.0;
    }

    Optional<Event.RunStarted> started() {
        return Optional.ofNullable(started);
    }

    Optional<Event.StepCommitted> lastStep() {
        return Optional.ofNullable(lastStep);
    }

    Optional<Summary> summary() {
        return Optional.ofNullable(summary);
    }

    Ends<Timed<Event.Decided>> decisions() {
        return decisions;
    }

    Ends<Timed<Event.Evaluated>> evaluations() {
        return evaluations;
    }

    Ends<Timed<Event.Warning>> warnings() {
        return warnings;
    }

    List<WorkerTale> workers() {
        return new ArrayList<>(workers.values());
    }

    int firstBatch() {
        return firstBatch;
    }

    long applied() {
        return applied;
    }

    /** Decisions that left the plan as it was. */
    long kept() {
        return kept;
    }

    long startMillis() {
        return startMillis;
    }

    double seconds() {
        return seconds(endMillis);
    }
}
