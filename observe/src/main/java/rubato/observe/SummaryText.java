package rubato.observe;

import java.util.Locale;
import rubato.event.Summary;
import rubato.observe.chart.Figures;

/** The end of a run as a short table. */
final class SummaryText {
    private SummaryText() {}

    static String of(Summary s, String runDirectory) {
        StringBuilder text = new StringBuilder();
        row(text, "result", s.status() + (s.stoppedBy().isEmpty() ? "" : " (" + s.stoppedBy() + ")"));
        row(text, "train", quality(s.trainLoss(), s.trainAccuracy()));
        row(text, "test", quality(s.testLoss(), s.testAccuracy()));
        row(text, "steps", steps(s));
        row(text, "speed", speed(s));
        row(text, "batch", batch(s));
        row(text, "wire", wire(s));
        row(text, "state", s.stateHash());
        row(text, "run", runDirectory);
        return text.toString();
    }

    private static String quality(double loss, double accuracy) {
        return String.format(Locale.ROOT, "loss %-10s accuracy %s", Figures.loss(loss), Figures.percent(accuracy));
    }

    private static String steps(Summary s) {
        String epochs = Double.isFinite(s.epochs()) ? String.format(Locale.ROOT, "%.2f", s.epochs()) : "-";
        return Figures.count(s.steps()) + " (" + epochs + " epochs, " + Figures.count(s.samples()) + " samples)";
    }

    private static String speed(Summary s) {
        return Figures.compact(s.samplesPerSecond()) + " samples/s, " + Figures.duration(s.wallSeconds()) + " on "
                + s.workers() + (s.workers() == 1 ? " worker" : " workers");
    }

    private static String batch(Summary s) {
        String changes = Figures.count(s.decisions()) + (s.decisions() == 1 ? " change" : " changes");
        return s.batchInitial() + " -> " + s.batchFinal() + ", " + changes + " of plan, noise scale "
                + Figures.compact(s.noiseScale());
    }

    private static String wire(Summary s) {
        String sent = Figures.bytes(s.bytesSent()) + " sent";
        if (s.bytesSaved() == 0) return sent;
        double part = (double) s.bytesSaved() / (s.bytesSaved() + s.bytesSent());
        return sent + ", " + Figures.bytes(s.bytesSaved()) + " (" + Figures.percent(part) + ") saved by compression";
    }

    private static void row(StringBuilder text, String name, String value) {
        text.append(String.format(Locale.ROOT, "  %-7s %s%n", name, PlainText.of(value)));
    }
}
