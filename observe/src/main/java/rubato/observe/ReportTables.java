package rubato.observe;

import java.util.List;
import rubato.event.Event;
import rubato.observe.chart.Figures;
import rubato.observe.chart.Html;
import rubato.policy.Alternative;

/** The tables of a report: decisions with reasons and alternatives, workers, warnings. */
final class ReportTables {
    private ReportTables() {}

    static String decisions(RunStory story) {
        Ends<RunStory.Timed<Event.Decided>> decisions = story.decisions();
        StringBuilder html = new StringBuilder("<section><h2>Decisions</h2>\n<p class=\"note\">")
                .append(Figures.count(decisions.count()))
                .append(" to change the plan, ")
                .append(Figures.count(story.kept()))
                .append(" to keep it")
                .append(omitted(decisions.omitted()))
                .append(".</p>\n");
        if (decisions.count() == 0) return html.append("</section>\n").toString();
        html.append(
                "<div class=\"wide\"><table class=\"decisions\"><thead><tr><th class=\"figure\">step</th><th class=\"figure\">time</th><th>policy</th><th>change</th>"
                        + "<th>reason</th><th>alternatives</th><th></th></tr></thead><tbody>\n");
        for (RunStory.Timed<Event.Decided> decided : decisions.items()) html.append(decision(decided));
        return html.append("</tbody></table></div></section>\n").toString();
    }

    private static String decision(RunStory.Timed<Event.Decided> timed) {
        Event.Decided e = timed.event();
        boolean applied = e.decision().applied();
        String change = PlanDiff.of(e.before(), e.decision().plan()).replace(" -> ", " → ");
        return "<tr" + (applied ? "" : " class=\"shadow\"") + "><td class=\"figure\">" + Figures.count(e.step())
                + "</td><td class=\"figure\">" + Figures.duration(timed.seconds()) + "</td><td>"
                + Html.escape(e.decision().policy()) + "</td><td class=\"change\">" + Html.escape(change) + "</td><td>"
                + Html.escape(e.decision().reason()) + "</td><td>"
                + alternatives(e.decision().alternatives())
                + "</td><td><span class=\"pill\">" + (applied ? "applied" : "shadow") + "</span></td></tr>\n";
    }

    private static String alternatives(List<Alternative> alternatives) {
        if (alternatives.isEmpty()) return "";
        StringBuilder html = new StringBuilder("<details><summary>" + alternatives.size() + " weighed</summary><ul>");
        for (Alternative a : alternatives.subList(0, Math.min(40, alternatives.size())))
            html.append("<li>")
                    .append(Html.escape(a.label()))
                    .append(" <b>")
                    .append(Figures.compact(a.predicted()))
                    .append("</b></li>");
        return html.append("</ul></details>").toString();
    }

    static String workers(RunStory story) {
        if (story.workers().isEmpty()) return "";
        StringBuilder html = new StringBuilder(
                "<section><h2>Workers</h2>\n<div class=\"wide\"><table><thead><tr><th>worker</th>"
                        + "<th class=\"figure\">pid</th><th class=\"figure\">joined</th><th class=\"figure\">left</th><th>reason</th></tr></thead><tbody>\n");
        for (WorkerTale worker : story.workers())
            html.append("<tr><td>")
                    .append(Html.escape(worker.name()))
                    .append("</td><td class=\"figure\">")
                    .append(worker.pid() == 0 ? "-" : Long.toString(worker.pid()))
                    .append("</td><td class=\"figure\">")
                    .append(at(story, worker.joinedMillis()))
                    .append("</td><td class=\"figure\">")
                    .append(at(story, worker.leftMillis()))
                    .append("</td><td>")
                    .append(Html.escape(worker.reason()))
                    .append("</td></tr>\n");
        return html.append("</tbody></table></div></section>\n").toString();
    }

    private static String at(RunStory story, long epochMillis) {
        return epochMillis == 0 ? "-" : Figures.duration(story.seconds(epochMillis));
    }

    static String warnings(RunStory story) {
        if (story.warnings().count() == 0) return "";
        StringBuilder html = new StringBuilder("<section><h2>Warnings</h2>\n<ul class=\"warnings\">");
        for (RunStory.Timed<Event.Warning> w : story.warnings().items())
            html.append("<li><span>")
                    .append(Figures.duration(w.seconds()))
                    .append("</span> ")
                    .append(Html.escape(w.event().message()))
                    .append("</li>\n");
        return html.append("</ul>")
                .append(
                        story.warnings().omitted() > 0
                                ? "<p class=\"note\">"
                                        + Figures.count(story.warnings().omitted())
                                        + " more between them are left out.</p>"
                                : "")
                .append("</section>\n")
                .toString();
    }

    private static String omitted(long count) {
        return count == 0 ? "" : " (" + Figures.count(count) + " in the middle are left out here)";
    }
}
