package rubato.observe;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Locale;
import rubato.event.Event;
import rubato.event.Summary;
import rubato.observe.chart.Figures;
import rubato.observe.chart.Html;

/** The page of a run: heading, figures, curves, decisions, workers, configuration. Its policy admits its own script and nothing else. */
final class ReportPage {
    private static final DateTimeFormatter WHEN =
            DateTimeFormatter.ofPattern("d MMM yyyy HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final RunFacts facts;
    private final RunStory story;
    private final RunCurves curves;
    private final String config;

    ReportPage(RunFacts facts, RunStory story, RunCurves curves, String config) {
        this.facts = facts;
        this.story = story;
        this.curves = curves;
        this.config = config;
    }

    String html() {
        String script = resource("report.js");
        return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
                + "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-"
                + digest(script)
                + "'\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>"
                + Html.escape(facts.name()) + " · Rubato</title>\n<style>" + resource("report.css")
                + "</style></head>\n<body><main>\n"
                + heading() + tiles() + "<section class=\"charts\" aria-label=\"Curves\">\n" + curves.html()
                + "</section>\n"
                + ReportTables.decisions(story) + ReportTables.workers(story) + ReportTables.warnings(story)
                + configuration()
                + "</main>\n<script>" + script + "</script></body></html>\n";
    }

    private String heading() {
        Summary s = facts.summary();
        String about = story.started().map(ReportPage::about).orElse("");
        String when = story.startMillis() == 0 ? "" : WHEN.format(Instant.ofEpochMilli(story.startMillis()));
        String why =
                s.stoppedBy().isEmpty() ? "" : "<p class=\"why\">stopped by: " + Html.escape(s.stoppedBy()) + "</p>";
        return "<header><p class=\"brand\">Rubato</p><h1>" + Html.escape(facts.name()) + " <span class=\"status "
                + (s.status().equals("done") ? "good" : s.status().equals("failed") ? "bad" : "open") + "\">"
                + Html.escape(s.status()) + "</span></h1>\n<p>" + about + "</p><p>" + when + "</p>" + why
                + "</header>\n";
    }

    private static String about(Event.RunStarted e) {
        return Html.escape(e.model()) + " on " + Html.escape(e.data()) + " · " + Figures.count(e.trainSamples())
                + " training and " + Figures.count(e.testSamples()) + " test samples · " + Figures.count(e.parameters())
                + " parameters · " + e.workers() + (e.workers() == 1 ? " worker" : " workers");
    }

    private String tiles() {
        Summary s = facts.summary();
        String epochs = Double.isFinite(s.epochs()) ? String.format(Locale.ROOT, "%.2f epochs", s.epochs()) : "";
        return "<section class=\"tiles\" aria-label=\"Figures\">\n"
                + tile("test accuracy", Figures.percent(s.testAccuracy()), "loss " + Figures.loss(s.testLoss()))
                + tile("train accuracy", Figures.percent(s.trainAccuracy()), "loss " + Figures.loss(s.trainLoss()))
                + tile("steps", Figures.count(s.steps()), epochs)
                + tile("samples/s", Figures.compact(s.samplesPerSecond()), "in " + Figures.duration(s.wallSeconds()))
                + tile("batch", s.batchInitial() + " → " + s.batchFinal(), changes(s.decisions()))
                + tile("sent", Figures.bytes(s.bytesSent()), Figures.bytes(s.bytesSaved()) + " saved")
                + tile("noise scale", Figures.compact(s.noiseScale()), "samples")
                + "</section>\n";
    }

    private static String changes(long applied) {
        return Figures.count(applied) + (applied == 1 ? " change of plan" : " changes of plan");
    }

    private static String tile(String name, String value, String note) {
        return "<div><h2>" + name + "</h2><strong>" + Html.escape(value) + "</strong><span>" + Html.escape(note)
                + "</span></div>\n";
    }

    private String configuration() {
        String hash = facts.summary().stateHash();
        String state = hash.isEmpty() ? "" : "<p class=\"hash\">state <code>" + Html.escape(hash) + "</code></p>\n";
        if (config.isEmpty()) return state;
        return "<section><details><summary><h2>Configuration</h2></summary><pre>" + Html.escape(config)
                + "</pre></details></section>\n" + state;
    }

    private static String resource(String name) {
        try (InputStream in = ReportPage.class.getResourceAsStream(name)) {
            if (in == null) throw new IllegalStateException("missing from the jar: " + name);
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String digest(String script) {
        try {
            byte[] sha = MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(sha);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
