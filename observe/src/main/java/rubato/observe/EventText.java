package rubato.observe;

import java.util.Optional;
import java.util.stream.Collectors;
import rubato.event.Event;
import rubato.observe.chart.Figures;
import rubato.step.Evaluation;

/** The one line that an event is worth on a console; nothing for those that only feed the live line or the files. */
final class EventText {
    private final Console console;

    EventText(Console console) {
        this.console = console;
    }

    Optional<String> of(Event event) {
        if (event instanceof Event.RunStarted e) return Optional.of(started(e));
        if (event instanceof Event.GenerationStarted e) return Optional.of(generation(e));
        if (event instanceof Event.GenerationSealed e)
            return Optional.of(
                    console.dim("generation " + PlainText.of(e.generation()) + " ends: " + PlainText.of(e.reason())));
        if (event instanceof Event.Paused e)
            return Optional.of(console.yellow(
                    "paused: " + workers(e.workers()) + ", at least " + e.needed() + " needed; waiting for more"));
        if (event instanceof Event.Decided e) return decided(e);
        if (event instanceof Event.Evaluated e) return Optional.of(evaluated(e));
        if (event instanceof Event.CheckpointStored e)
            return Optional.of(console.dim("checkpoint of step " + Figures.count(e.step()) + " stored"));
        if (event instanceof Event.WorkerJoined e)
            return Optional.of("worker " + PlainText.of(e.worker()) + " joined (pid " + e.pid() + ")");
        if (event instanceof Event.WorkerLeft e)
            return Optional.of(
                    console.yellow("worker " + PlainText.of(e.worker()) + " left: " + PlainText.of(e.reason())));
        if (event instanceof Event.Warning e)
            return Optional.of(console.yellow("warning: " + PlainText.of(e.message())));
        return Optional.empty();
    }

    private String started(Event.RunStarted e) {
        return console.bold(PlainText.of(e.run())) + " · " + PlainText.of(e.model()) + " on "
                + PlainText.of(e.data()) + " · " + Figures.count(e.trainSamples()) + " training samples, "
                + Figures.count(e.testSamples()) + " test · " + Figures.count(e.parameters()) + " parameters · "
                + workers(e.workers());
    }

    private String generation(Event.GenerationStarted e) {
        return console.dim("generation " + PlainText.of(e.generation()) + ": "
                + workers(e.workers().size()) + ", batch " + e.plan().globalBatch());
    }

    private static String workers(int count) {
        return count == 1 ? "1 worker" : count + " workers";
    }

    private Optional<String> decided(Event.Decided e) {
        if (e.decision().plan().sameTerms(e.before())) return Optional.empty();
        String change = PlanDiff.of(e.before(), e.decision().plan());
        String mark = e.decision().applied() ? "" : " (shadow, not applied)";
        String what = "step " + Figures.count(e.step()) + " · " + change + mark;
        String why = PlainText.of(e.decision().policy()) + ": "
                + PlainText.of(e.decision().reason());
        return Optional.of((e.decision().applied() ? console.bold(what) : console.dim(what)) + " · " + why);
    }

    private static String evaluated(Event.Evaluated e) {
        return e.sets().stream()
                .map(EventText::set)
                .collect(Collectors.joining(" · ", "step " + Figures.count(e.step()) + " · ", ""));
    }

    private static String set(Evaluation set) {
        return PlainText.of(set.set()) + " loss " + Figures.loss(set.loss()) + " accuracy "
                + Figures.percent(set.accuracy());
    }
}
