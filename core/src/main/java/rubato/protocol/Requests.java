package rubato.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import rubato.history.Entry;
import rubato.plan.Stop;
import rubato.world.World;

/** What operators ask for. */
final class Requests {
    private final Course course;
    private final Departures departures;

    Requests(Course course, Departures departures) {
        this.course = course;
        this.departures = departures;
    }

    /** Wants a worker to leave. @return what to answer the operator first */
    List<CoordinatorAction> askLeave(String worker, Consumer<ToWorker.Answer> answer) {
        Peer peer = course.roster.named(worker);
        if (peer == null) {
            answer.accept(new ToWorker.Answer(false, "there is no worker " + worker));
            return List.of();
        }
        answer.accept(new ToWorker.Answer(true, "worker " + worker + " leaves"));
        return departures.leave(peer);
    }

    /** Wants so many workers; those of the highest ranks stand by if there are more, or leave where that many are not kept. */
    List<CoordinatorAction> askScale(int workers, Consumer<ToWorker.Answer> answer) {
        if (workers < course.terms.min() || workers > course.terms.max()) {
            answer.accept(new ToWorker.Answer(
                    false, "workers must be " + course.terms.min() + ".." + course.terms.max() + ", was " + workers));
            return List.of();
        }
        if (course.phase == Phase.FINISHING || course.phase == Phase.ENDED) {
            answer.accept(new ToWorker.Answer(false, "the run is over"));
            return List.of();
        }
        course.roster.scale(workers);
        Entry scaled = new Entry.Scaled(workers);
        course.accounts.add(scaled);
        ToWorker.Answer done = new ToWorker.Answer(true, "the run wants " + workers + " workers");
        List<CoordinatorAction> actions = new ArrayList<>();
        actions.add(new CoordinatorAction.Append(
                List.of(scaled),
                List.of(new CoordinatorAction.Want(workers), new CoordinatorAction.Reply(answer, done))));
        World now = course.last;
        if (now != null) {
            for (Peer peer : course.roster.beyond(workers, now)) {
                if (course.roster.fitsPool()) peer.standby = true;
                else actions.addAll(departures.leave(peer));
            }
        }
        return actions;
    }

    /** How the run is. */
    RunStatus status() {
        String state = switch (course.phase) {
            case GATHERING -> "paused";
            case FINISHING -> "finished";
            case ENDED -> "failed";
            case SEALING, INSTALLING, LINKING, TRAINING -> "training";
        };
        List<RunStatus.WorkerStatus> workers = new ArrayList<>();
        long step = course.accounts.committed().step();
        for (Peer peer : course.roster.all()) {
            int rank = course.last == null ? -1 : course.world().rankOf(peer.id);
            step = Math.max(step, peer.step);
            workers.add(RunStatus.WorkerStatus.of(peer, rank, stateOf(peer, rank)));
        }
        workers.addAll(course.gone.workers());
        String generation =
                course.last == null ? "0.0" : course.world().generation().toString();
        return new RunStatus(
                state,
                step,
                course.accounts.committed().step(),
                course.accounts.cursor().epoch(),
                course.accounts.generations(),
                generation,
                workers,
                List.of());
    }

    static String stateOf(Peer peer, int rank) {
        if (peer.suspect) return "suspect";
        if (!peer.joined()) return "joining";
        if (peer.leaving) return "draining";
        return rank >= 0 ? "training" : "standby";
    }

    /** Somebody wants the run to end now, keeping what it has. */
    List<CoordinatorAction> interrupt() {
        if (course.phase == Phase.ENDED || course.phase == Phase.FINISHING) return List.of();
        if (course.phase == Phase.GATHERING) {
            return course.end(
                    "interrupted",
                    0,
                    course.trained ? "interrupted while paused" : "interrupted before training started");
        }
        course.stopWanted = true;
        return course.phase == Phase.TRAINING ? course.stopSoon(Stop.interrupted(), "interrupted") : List.of();
    }
}
