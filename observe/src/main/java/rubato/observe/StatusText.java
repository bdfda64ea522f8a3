package rubato.observe;

import rubato.observe.chart.Figures;
import rubato.protocol.RunStatus;

/** A run's status for people and for programs. */
public final class StatusText {
    private StatusText() {}

    public static String json(RunStatus status) {
        return RecordJson.line(status);
    }

    public static String of(RunStatus status) {
        StringBuilder text = new StringBuilder(status.state())
                .append(" · step ")
                .append(Figures.count(status.committedStep()))
                .append(" committed · epoch ")
                .append(status.epoch())
                .append(" · generation ")
                .append(status.generationName())
                .append('\n');
        if (status.state().equals("no-quorum"))
            text.append(noQuorum(status.coordinators().size()));
        TextTable table = new TextTable("worker", "state", ">rank", ">step", ">pid", "host");
        for (RunStatus.WorkerStatus worker : status.workers()) {
            table.add(
                    worker.id(),
                    worker.state(),
                    worker.rank() < 0 ? "" : String.valueOf(worker.rank()),
                    Figures.count(worker.step()),
                    String.valueOf(worker.pid()),
                    worker.host());
        }
        if (!status.workers().isEmpty()) text.append(table.text());
        for (RunStatus.CoordinatorStatus coordinator : status.coordinators()) {
            text.append("coordinator ")
                    .append(coordinator.id())
                    .append(": ")
                    .append(coordinator.role())
                    .append(" at ")
                    .append(PlainText.of(coordinator.address()))
                    .append(", pid ")
                    .append(coordinator.pid())
                    .append('\n');
        }
        return text.toString();
    }

    private static String noQuorum(int running) {
        return "nothing is committed: a majority of the coordinators is needed, "
                + (running == 0 ? "none runs" : "none of the " + running + " that run leads")
                + "; start the missing ones: rubato coordinator --run DIR --id N\n";
    }
}
