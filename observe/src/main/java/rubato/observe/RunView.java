package rubato.observe;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import rubato.error.RubatoException;
import rubato.event.Event;
import rubato.event.Summary;
import rubato.observe.chart.Figures;
import rubato.policy.Alternative;
import rubato.step.Evaluation;

/**
 * One run as {@code show} tells it: summary, decisions that would change the plan, evaluations, workers, warnings. Of very long lists the
 * first and the latest are kept.
 */
public record RunView(
        String directory,
        String name,
        Summary summary,
        List<DecisionRow> decisions,
        long decisionsKept,
        List<EvaluationRow> evaluations,
        List<WorkerRow> workers,
        List<String> warnings) {
    public record DecisionRow(
            long step,
            double seconds,
            String policy,
            String change,
            String reason,
            boolean applied,
            List<Alternative> alternatives) {}

    public record EvaluationRow(long step, double seconds, String set, double loss, double accuracy) {}

    /** {@code joined} and {@code left} in seconds since the start, NaN where unknown or not yet; {@code pid} 0 where unknown. */
    public record WorkerRow(String name, long pid, double joined, double left, String reason) {}

    public static RunView of(Path runDir) {
        if (!Files.isDirectory(runDir)) throw RubatoException.failed("no run directory at " + runDir);
        if (!RunIndex.isRun(runDir))
            throw RubatoException.failed(
                            "no run in " + runDir + ": neither " + SummaryFile.NAME + " nor " + EventFile.NAME)
                    .remedy("`rubato runs` lists the runs there are");
        RunStory story = new RunStory();
        Path events = runDir.resolve(EventFile.NAME);
        if (Files.isRegularFile(events)) EventFile.replay(events, story);
        RunFacts facts = RunFacts.of(runDir, story);
        return new RunView(
                runDir.toString(),
                facts.name(),
                facts.summary(),
                story.decisions().items().stream().map(RunView::decision).toList(),
                story.kept(),
                evaluations(story),
                story.workers().stream().map(w -> worker(story, w)).toList(),
                story.warnings().items().stream().map(w -> w.event().message()).toList());
    }

    private static DecisionRow decision(RunStory.Timed<Event.Decided> timed) {
        Event.Decided e = timed.event();
        String change = PlanDiff.of(e.before(), e.decision().plan());
        return new DecisionRow(
                e.step(),
                timed.seconds(),
                e.decision().policy(),
                change,
                e.decision().reason(),
                e.decision().applied(),
                e.decision().alternatives());
    }

    private static List<EvaluationRow> evaluations(RunStory story) {
        List<EvaluationRow> rows = new ArrayList<>();
        for (RunStory.Timed<Event.Evaluated> timed : story.evaluations().items())
            for (Evaluation set : timed.event().sets())
                rows.add(new EvaluationRow(
                        timed.event().step(), timed.seconds(), set.set(), set.loss(), set.accuracy()));
        return rows;
    }

    private static WorkerRow worker(RunStory story, WorkerTale tale) {
        return new WorkerRow(
                tale.name(), tale.pid(), at(story, tale.joinedMillis()), at(story, tale.leftMillis()), tale.reason());
    }

    private static double at(RunStory story, long epochMillis) {
        return epochMillis == 0 ? Double.NaN : story.seconds(epochMillis);
    }

    public String json() {
        return RecordJson.pretty(this);
    }

    public String text() {
        StringBuilder text = new StringBuilder(PlainText.of(name)).append(System.lineSeparator());
        text.append(SummaryText.of(summary, directory));
        if (!evaluations.isEmpty()) section(text, "Evaluations", evaluationTable());
        section(text, "Decisions (" + Figures.count(decisionsKept) + " more kept the plan)", decisionTable());
        if (!workers.isEmpty()) section(text, "Workers", workerTable());
        for (String warning : warnings)
            text.append("warning: ").append(PlainText.of(warning)).append(System.lineSeparator());
        return text.toString();
    }

    private static void section(StringBuilder text, String heading, TextTable table) {
        text.append(System.lineSeparator())
                .append(heading)
                .append(System.lineSeparator())
                .append(table.text());
    }

    private TextTable evaluationTable() {
        TextTable table = new TextTable(">step", ">time", "set", ">loss", ">accuracy");
        for (EvaluationRow e : evaluations)
            table.add(
                    Figures.count(e.step()),
                    Figures.duration(e.seconds()),
                    e.set(),
                    Figures.loss(e.loss()),
                    Figures.percent(e.accuracy()));
        return table;
    }

    private TextTable decisionTable() {
        TextTable table = new TextTable(">step", ">time", "policy", "change", "", "reason");
        for (DecisionRow d : decisions)
            table.add(
                    Figures.count(d.step()),
                    Figures.duration(d.seconds()),
                    d.policy(),
                    d.change(),
                    d.applied() ? "applied" : "shadow",
                    d.reason());
        return table;
    }

    private TextTable workerTable() {
        TextTable table = new TextTable("worker", ">pid", ">joined", ">left", "reason");
        for (WorkerRow w : workers)
            table.add(
                    w.name(),
                    w.pid() == 0 ? "-" : Long.toString(w.pid()),
                    Figures.duration(w.joined()),
                    Figures.duration(w.left()),
                    w.reason());
        return table;
    }
}
