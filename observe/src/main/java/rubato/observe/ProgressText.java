package rubato.observe;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import rubato.event.Event.StepCommitted;
import rubato.observe.chart.Figures;

/** One step as one line: epoch, step, loss, accuracy, samples/s, batch, noise scale, time left. */
final class ProgressText {
    private static final String BETWEEN = " · ";
    private static final List<String> LEAST_FIRST = List.of("noise ", "step ", "batch ", "accuracy ", "epoch ");

    private ProgressText() {}

    static String of(StepCommitted step) {
        return String.join(BETWEEN, parts(step));
    }

    /** The same in at most so many columns: the least important parts go first. */
    static String within(StepCommitted step, int columns) {
        List<String> parts = new ArrayList<>(parts(step));
        String line = String.join(BETWEEN, parts);
        for (String least : LEAST_FIRST) {
            if (line.length() <= columns) return line;
            parts.removeIf(part -> part.startsWith(least));
            line = String.join(BETWEEN, parts);
        }
        return line.substring(0, Math.min(line.length(), columns));
    }

    private static List<String> parts(StepCommitted step) {
        return List.of(
                String.format(Locale.ROOT, "epoch %.2f", step.epoch() + step.progress()),
                "step " + Figures.count(step.step()),
                "loss " + Figures.loss(step.loss()),
                "accuracy " + Figures.percent(step.accuracy()),
                Figures.compact(step.samplesPerSecond()) + " samples/s",
                "batch " + step.batch(),
                "noise " + Figures.compact(step.noise().scale()),
                left(step.secondsLeft()));
    }

    private static String left(double seconds) {
        return Double.isFinite(seconds) ? Figures.duration(seconds) + " left" : "time left unknown";
    }
}
