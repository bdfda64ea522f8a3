package rubato.sim;

import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import rubato.protocol.CoordinatorAction;
import rubato.verify.RunHistory;

/** One run of the real protocol under the faults of one seed. */
public final class Schedule {
    /** After faults stop, a step is committed or the run ended within this much virtual time, again and again until the end. */
    private static final long PROGRESS_NANOS = 120 * Scenario.SECOND;

    private static final long MOST_EVENTS = 2_000_000;

    /**
     * How a schedule went; the same for the same seed, always.
     *
     * @param status how the run ended: "done", "interrupted", or "violated"
     * @param events events that happened
     * @param violation what was broken; empty if nothing
     * @param step where
     */
    public record Outcome(
            long seed,
            String status,
            long steps,
            int generations,
            int rollbacks,
            int faults,
            long events,
            String violation,
            long step) {
        public boolean ok() {
            return violation.isEmpty();
        }
    }

    private final Stage stage;
    private final Cluster cluster;
    private final Nemesis nemesis;
    private long progressAt;
    private long commitsThen;

    private Schedule(long seed, @Nullable Consumer<String> trace) {
        this.stage = new Stage(Scenario.draw(seed), trace);
        this.cluster = new Cluster(stage);
        this.nemesis = new Nemesis(stage, cluster);
    }

    public static Outcome run(long seed) {
        return new Schedule(seed, null).run();
    }

    /** The same, and every message, entry and fault on the way told line by line. */
    public static Outcome run(long seed, Consumer<String> trace) {
        return new Schedule(seed, trace).run();
    }

    private Outcome run() {
        try {
            prepareDisk();
            cluster.start();
            nemesis.start();
            while (!isOver()) {
                if (!stage.queue.step()) throw stuck("nothing is left to happen");
                if (stage.queue.happened() > MOST_EVENTS) throw stuck("no end after " + MOST_EVENTS + " events");
                checkProgress();
            }
            stage.disk.heal();
            CoordinatorAction.End end = end();
            boolean early = end.status().equals("interrupted") && !stage.facts.isFinished();
            RunHistory history = new Checks(stage).check(cluster.workers(), early);
            return outcome(end.status(), history, "", 0);
        } catch (Violation broken) {
            return outcome("violated", null, String.valueOf(broken.getMessage()), broken.step());
        } catch (RuntimeException broken) {
            return outcome("violated", null, describe(broken), stage.facts.committed());
        }
    }

    private static String describe(RuntimeException broken) {
        StackTraceElement[] trace = broken.getStackTrace();
        return broken + (trace.length == 0 ? "" : " at " + trace[0]);
    }

    private void prepareDisk() {
        try {
            stage.disk.createDirectories(Stage.CHECKPOINTS);
            stage.disk.forceDirectory(java.nio.file.Path.of("/"));
            stage.disk.forceDirectory(java.nio.file.Path.of("/run"));
        } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private CoordinatorAction.End end() {
        CoordinatorAction.End end = cluster.end();
        if (end == null) throw new IllegalStateException("not over");
        return end;
    }

    /** The end is told and its second of grace is over. */
    private boolean isOver() {
        CoordinatorAction.End end = cluster.end();
        if (end == null) return false;
        return !cluster.coordinator().process.isAlive();
    }

    private void checkProgress() {
        long now = stage.queue.nanos();
        if (now < stage.scenario.faultsNanos()) return;
        if (stage.facts.commits() != commitsThen || progressAt == 0) {
            commitsThen = stage.facts.commits();
            progressAt = now;
        }
        if (now - progressAt > PROGRESS_NANOS && cluster.end() == null)
            throw stuck("no step was committed for " + PROGRESS_NANOS / Scenario.SECOND + " s after faults stopped");
    }

    private Violation stuck(String what) {
        String failure = cluster.coordinatorFailure();
        return new Violation(
                stage.facts.committed(), what + (failure == null ? "" : " (coordinator: " + failure + ")"));
    }

    private Outcome outcome(String status, @Nullable RunHistory history, String violation, long step) {
        int faults = 0;
        for (Map.Entry<Fault, Integer> each : nemesis.happened().entrySet()) faults += each.getValue();
        return new Outcome(
                stage.scenario.seed(),
                status,
                history == null ? stage.facts.committed() : history.steps(),
                history == null ? 0 : history.generations(),
                history == null ? 0 : history.rollbacks(),
                faults,
                stage.queue.happened(),
                violation,
                step);
    }
}
