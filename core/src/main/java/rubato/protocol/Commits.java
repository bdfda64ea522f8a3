package rubato.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import rubato.event.Event;
import rubato.history.Entry;
import rubato.step.StepTimes;
import rubato.world.Generation;
import rubato.world.WorkerId;
import rubato.world.World;

/** What members say of their steps, and what becomes fact by it. */
final class Commits {
    private final Course course;
    private final Change change;
    private final Departures departures;
    private final Offenders offenders = new Offenders();

    Commits(Course course, Change change, Departures departures) {
        this.course = course;
        this.change = change;
        this.departures = departures;
    }

    List<CoordinatorAction> voted(Peer peer, ToCoordinator.Vote vote, long nowNanos) {
        World known = course.last;
        int rank = known == null ? -1 : known.rankOf(peer.id);
        if (rank < 0 || known == null || !vote.generation().equals(known.generation())) return List.of();
        course.committer.vote(rank, vote, nowNanos);
        return course.phase == Phase.TRAINING ? commitAll(nowNanos) : List.of();
    }

    List<CoordinatorAction> evaluated(Peer peer, ToCoordinator.Evaluated part, long nowNanos) {
        if (!isCurrent(part.generation())) return List.of();
        course.committer.evaluated(course.world().rankOf(peer.id), part, nowNanos);
        return commitAll(nowNanos);
    }

    /** Checkpoints begun under an earlier coordinator do not count: this one has cleared away what it did not know of. */
    boolean isOwn(Generation generation) {
        return generation.term() == course.terms.term();
    }

    List<CoordinatorAction> stored(ToCoordinator.Stored checkpoint) {
        List<CoordinatorAction> actions =
                new ArrayList<>(course.committer.storing().stored(checkpoint));
        actions.addAll(finishIfDone());
        return actions;
    }

    boolean isCurrent(Generation generation) {
        return course.phase == Phase.TRAINING
                && generation.equals(course.world().generation());
    }

    /** Commits every step whose votes (and, where it evaluates, metrics) are all here, in order (rule 6). */
    List<CoordinatorAction> commitAll(long nowNanos) {
        List<CoordinatorAction> actions = new ArrayList<>(course.committer.owedMetrics(course.world(), nowNanos));
        while (true) {
            List<ToCoordinator.Vote> cast = course.committer.complete();
            if (cast == null) break;
            String disagreement = Ballot.disagreement(cast);
            if (disagreement != null) {
                actions.addAll(change.change(disagreement, nowNanos));
                return actions;
            }
            if (course.committer.metrics(cast) == null) break;
            course.liveness.committed(slowest(cast), longest(cast));
            actions.addAll(course.committer.commit(course.world(), cast, nowNanos));
            Optional<WorkerId> offender = offenders.committed(
                    course.world(), cast.get(0).step(), cast.get(0).nonFinite());
            if (offender.isPresent()) {
                actions.addAll(offended(offender.get(), nowNanos));
                return actions;
            }
        }
        actions.addAll(finishIfDone());
        return actions;
    }

    List<CoordinatorAction> offended(WorkerId offender, long nowNanos) {
        Peer peer = course.roster.of(offender);
        if (peer == null) return List.of();
        String reason = "its contributions alone were not finite in " + Offenders.TIMES + " of the last "
                + Offenders.WINDOW + " steps";
        return departures.expel(peer, reason, nowNanos);
    }

    /** Rule 3: it contributes nothing, and comes back with what its peers hold. */
    List<CoordinatorAction> corrupted(Peer peer, ToCoordinator.Corrupted corrupted, long nowNanos) {
        List<CoordinatorAction> actions = new ArrayList<>();
        actions.add(new CoordinatorAction.Tell(new Event.Warning("worker " + peer.id + ": " + corrupted.reason())));
        actions.addAll(departures.expel(peer, corrupted.reason(), nowNanos));
        return actions;
    }

    static long longest(List<ToCoordinator.Vote> cast) {
        long longest = 0;
        for (ToCoordinator.Vote vote : cast) {
            StepTimes times = vote.times();
            longest = Math.max(longest, times.wholeNanos());
        }
        return longest;
    }

    static long slowest(List<ToCoordinator.Vote> cast) {
        long slowest = 0;
        for (ToCoordinator.Vote vote : cast) {
            slowest = Math.max(slowest, vote.times().ownNanos());
        }
        return slowest;
    }

    List<CoordinatorAction> finishIfDone() {
        if (course.phase != Phase.TRAINING) return List.of();
        Optional<Entry.Finished> end = course.committer.finished();
        if (end.isEmpty()) return List.of();
        course.phase = Phase.FINISHING;
        Entry.Finished finished = end.get();
        List<CoordinatorAction> then = new ArrayList<>(course.committer.lastMetrics());
        for (Peer peer : course.roster.all())
            then.add(new CoordinatorAction.Send(peer.id, new ToWorker.Finish(finished.status())));
        then.add(new CoordinatorAction.End(finished.status(), finished.reason(), 0, finished.reason()));
        List<Entry> entries = new ArrayList<>(course.committer.lastEntries());
        entries.add(finished);
        return List.of(new CoordinatorAction.Append(entries, then));
    }
}
