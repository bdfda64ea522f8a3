package rubato.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import rubato.plan.Stop;
import rubato.world.Member;

/** Time passes: deadlines of joining, of changes, of members, and of the run. */
final class Deadlines {
    private static final long LINK_NANOS = 5_000_000_000L;

    private final Course course;
    private final Change change;
    private final Departures departures;
    private final Admission admission;

    Deadlines(Course course, Change change, Departures departures, Admission admission) {
        this.course = course;
        this.change = change;
        this.departures = departures;
        this.admission = admission;
    }

    /** Time passes: deadlines of joining, of changes, of members, and of the run. */
    List<CoordinatorAction> tick(long nowNanos) {
        double waited = (nowNanos - course.phaseNanos) * 1e-9;
        course.liveness.tick(course.roster.all(), nowNanos);
        return switch (course.phase) {
            case GATHERING -> gathering(waited, nowNanos);
            case SEALING -> sealing(nowNanos);
            case INSTALLING -> installing(nowNanos);
            case LINKING -> nowNanos - course.phaseNanos > LINK_NANOS ? linkingLate(nowNanos) : List.of();
            case TRAINING -> training(nowNanos);
            case FINISHING, ENDED -> List.of();
        };
    }

    List<CoordinatorAction> gathering(double waited, long nowNanos) {
        List<CoordinatorAction> without = withoutTheSilent(nowNanos);
        if (!without.isEmpty()) return without;
        List<CoordinatorAction> formed = change.formIfEnough(nowNanos);
        if (!formed.isEmpty()) return formed;
        int ready = course.roster.next(course.last, nowNanos).size();
        if (!course.trained && course.last == null && waited > course.terms.joinSeconds()) {
            return course.end(
                    "failed",
                    3,
                    "only " + ready + " of " + course.terms.workers() + " workers joined within "
                            + Math.round(course.terms.joinSeconds()) + " s");
        }
        double patience = Math.max(course.terms.waitSeconds(), course.trained ? 0 : course.terms.joinSeconds());
        if (waited <= patience) return List.of();
        return course.end(
                "failed",
                3,
                "only " + ready + " workers for " + Math.round(waited) + " s after step "
                        + course.accounts.committed().step() + ", at least " + course.terms.min() + " needed");
    }

    /**
     * Whoever is silent while others are gathered would be counted on for the next world and asked for its state, in attempts so short
     * that nobody is suspected in one. Before the first generation it costs nobody anything.
     */
    List<CoordinatorAction> withoutTheSilent(long nowNanos) {
        if (course.last == null) return List.of();
        List<CoordinatorAction> actions = new ArrayList<>();
        for (Peer peer : List.copyOf(course.roster.all())) {
            Optional<Liveness.Suspect> silent =
                    peer.joined() ? course.liveness.silentWhileGathering(peer, nowNanos) : Optional.empty();
            if (silent.isPresent())
                actions.addAll(departures.expel(peer, silent.get().reason(), nowNanos));
        }
        return actions;
    }

    /** Members that have not said in time what they hold are not waited for. */
    List<CoordinatorAction> sealing(long nowNanos) {
        List<CoordinatorAction> actions = new ArrayList<>();
        for (Member member : course.world().members()) {
            Peer peer = course.roster.of(member.id());
            if (peer == null || !peer.joined() || peer.state != null) continue;
            boolean evaluates = peer.activity == Activity.EVALUATING
                    && nowNanos - peer.heardNanos <= course.liveness.patienceNanos();
            if (nowNanos - course.phaseNanos > course.liveness.patienceNanos() && !evaluates) {
                actions.addAll(departures.expel(peer, "did not stop in time", nowNanos));
            }
        }
        return actions;
    }

    List<CoordinatorAction> installing(long nowNanos) {
        List<Peer> owing = new ArrayList<>();
        for (Member member : change.proposed().members()) {
            Peer peer = course.peer(member);
            if (!peer.installed && !peer.spared) owing.add(peer);
        }
        return expelSuspects(owing, nowNanos);
    }

    List<CoordinatorAction> linkingLate(long nowNanos) {
        for (Member member : List.copyOf(change.proposed().members())) {
            Peer peer = course.peer(member);
            if (!peer.linked) return departures.expel(peer, "did not link up in time", nowNanos);
        }
        return List.of();
    }

    List<CoordinatorAction> training(long nowNanos) {
        List<Peer> members = new ArrayList<>();
        for (Member member : course.world().members()) members.add(course.peer(member));
        List<CoordinatorAction> suspected = expelSuspects(members, nowNanos);
        if (!suspected.isEmpty()) return suspected;
        if (course.liveness.isStuck(members, nowNanos))
            return change.change("every member waits for another", nowNanos);
        Optional<String> unstored = course.committer.storing().lastStoreFailed(nowNanos);
        if (unstored.isPresent()) return course.end("failed", 1, unstored.get());
        List<CoordinatorAction> again = storing(nowNanos);
        if (!again.isEmpty()) return again;
        if (course.committer.isTimeOver(nowNanos)) return course.stopSoon(new Stop(0, 0, "max-seconds"), "max-seconds");
        List<CoordinatorAction> actions = new ArrayList<>(admission.letFollow(nowNanos));
        actions.addAll(admission.wantedChange(nowNanos));
        return actions;
    }

    List<CoordinatorAction> storing(long nowNanos) {
        Member first = course.world().members().get(0);
        List<CoordinatorAction> nobody = course.anyStores
                ? List.of()
                : course.committer
                        .storing()
                        .nobodyStores(first.id(), course.world().generation(), nowNanos);
        return nobody.isEmpty() ? course.committer.storing().storeAgain(course.world(), nowNanos) : nobody;
    }

    List<CoordinatorAction> expelSuspects(List<Peer> peers, long nowNanos) {
        List<CoordinatorAction> actions = new ArrayList<>();
        for (Liveness.Suspect suspect : course.liveness.suspects(peers, nowNanos)) {
            actions.addAll(departures.expel(suspect.peer(), suspect.reason(), nowNanos));
        }
        return actions;
    }
}
