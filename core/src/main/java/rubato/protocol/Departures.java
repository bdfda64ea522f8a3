package rubato.protocol;

import java.util.ArrayList;
import java.util.List;
import rubato.event.Event;
import rubato.world.WorkerId;

/** Workers that go: lost, asked to leave, or taken out. */
final class Departures {
    private final Course course;
    private final Change change;

    Departures(Course course, Change change) {
        this.course = course;
        this.change = change;
    }

    List<CoordinatorAction> failed(Peer peer, ToCoordinator.Failed failed, long nowNanos) {
        boolean hopeless = failed.exitCode() == 2 || failed.exitCode() == 4 || !course.trained;
        if (hopeless) return course.end("failed", failed.exitCode(), "worker " + peer.id + ": " + failed.reason());
        return lost(peer.id, failed.reason(), nowNanos);
    }

    List<CoordinatorAction> leave(Peer peer) {
        peer.leaving = true;
        boolean counted =
                course.phase != Phase.GATHERING && (Course.isIn(course.last, peer) || change.isProposed(peer));
        return counted ? List.of() : course.release(peer);
    }

    /** A worker's connection closed, or its process ended. */
    List<CoordinatorAction> lost(WorkerId worker, String reason, long nowNanos) {
        if (course.phase == Phase.ENDED || course.phase == Phase.FINISHING) return List.of();
        Peer peer = course.roster.remove(worker);
        if (peer == null) return List.of();
        course.gone.died(peer);
        change.relinkAnew();
        List<CoordinatorAction> actions = new ArrayList<>();
        String what = "worker " + worker + " is gone after step "
                + course.accounts.committed().step() + " (" + reason + ")";
        actions.add(new CoordinatorAction.Tell(new Event.WorkerLeft(worker.name(), reason)));
        course.lastLoss = what;
        if (!course.trained && !course.terms.expectsWorkers() && course.last == null) {
            actions.addAll(course.end("failed", 3, what));
            return actions;
        }
        actions.addAll(change.without(peer, what, nowNanos));
        return actions;
    }

    /** Takes a worker out that is connected and not to be counted on; it may join again, later each time. */
    List<CoordinatorAction> expel(Peer peer, String reason, long nowNanos) {
        course.backOff(peer, nowNanos);
        peer.member = null;
        peer.suspect = true;
        peer.state = null;
        List<CoordinatorAction> actions = new ArrayList<>();
        actions.add(new CoordinatorAction.Tell(new Event.WorkerLeft(peer.id.name(), reason)));
        actions.add(new CoordinatorAction.Send(peer.id, new ToWorker.Released(true, reason)));
        actions.addAll(change.without(peer, "worker " + peer.id + ": " + reason, nowNanos));
        return actions;
    }
}
