package rubato.protocol;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import rubato.event.Event;
import rubato.world.Member;
import rubato.world.WorkerId;

/** Workers that come: who may take part, how a joiner takes over the state, and when it becomes a member. */
final class Admission {
    private static final long SECOND = 1_000_000_000L;
    /** A joiner whose state is smaller takes it over while all wait: that is quicker than to follow. */
    private static final long FOLLOW_BYTES = 64 << 10;

    /** A step is announced so long before it is done, for all members to hear of it in time. */
    private static final long FREEZE_NANOS = SECOND / 20;

    private static final long FOLLOW_NANOS = 30 * SECOND;

    /** So long a worker may practise before it is taken as it is. */
    private static final long PRACTICE_NANOS = 10 * SECOND;

    private final Course course;
    private final Change change;
    private final Departures departures;

    Admission(Course course, Change change, Departures departures) {
        this.course = course;
        this.change = change;
        this.departures = departures;
    }

    List<CoordinatorAction> hello(ToCoordinator.Hello hello, long nowNanos) {
        if (!hello.software().equals(course.terms.software())) {
            return refuse(
                    hello.worker(),
                    "worker " + hello.worker() + " runs " + hello.software() + ", the run " + course.terms.software());
        }
        if (course.phase == Phase.FINISHING) return refuse(hello.worker(), "the run is over");
        List<CoordinatorAction> actions = new ArrayList<>(replaced(hello.worker(), nowNanos));
        course.roster.add(new Peer(hello.worker(), hello.pid(), hello.standby(), nowNanos));
        actions.add(new CoordinatorAction.Send(hello.worker(), new ToWorker.Welcome(course.terms.config())));
        return actions;
    }

    /** A restart is a new incarnation: whoever bears the name of a worker that was started anew is gone, or must go. */
    List<CoordinatorAction> replaced(WorkerId by, long nowNanos) {
        List<CoordinatorAction> actions = new ArrayList<>();
        for (Peer peer : List.copyOf(course.roster.all())) {
            if (!peer.id.name().equals(by.name()) || peer.id.equals(by)) continue;
            String reason = "worker " + by + " was started anew";
            actions.add(new CoordinatorAction.Send(peer.id, new ToWorker.Refused(reason)));
            actions.addAll(departures.lost(peer.id, reason, nowNanos));
        }
        return actions;
    }

    List<CoordinatorAction> refuse(WorkerId worker, String reason) {
        course.roster.remove(worker);
        return List.of(
                new CoordinatorAction.Send(worker, new ToWorker.Refused(reason)),
                new CoordinatorAction.Tell(new Event.Warning("refused: " + reason)));
    }

    List<CoordinatorAction> join(Peer peer, ToCoordinator.Join join, long nowNanos) {
        Optional<String> difference = difference(join);
        if (difference.isPresent()) return refuse(peer.id, difference.get());
        if (course.initialHash == 0 && join.state().step() == 0)
            course.initialHash = join.state().hash();
        peer.member = join.self();
        peer.stores = join.stores();
        peer.suspect = false;
        peer.placed = false;
        peer.stateBytes = join.stateBytes();
        peer.followingSince = Long.MIN_VALUE;
        peer.followed = false;
        peer.state = join.state();
        peer.does(join.practises() ? Activity.PRACTISING : Activity.IDLE, nowNanos);
        List<CoordinatorAction> actions = new ArrayList<>();
        actions.add(new CoordinatorAction.Tell(new Event.WorkerJoined(peer.id.name(), peer.pid)));
        if (course.phase == Phase.TRAINING && course.world().rankOf(peer.id) >= 0) {
            actions.addAll(change.change("worker " + peer.id + " came back", nowNanos));
        }
        if (course.phase == Phase.GATHERING) actions.addAll(change.formIfEnough(nowNanos));
        if (course.phase == Phase.SEALING) actions.addAll(change.formIfAllAtRest(nowNanos));
        return actions;
    }

    Optional<String> difference(ToCoordinator.Join join) {
        Map<String, String> theirs = new HashMap<>();
        join.fingerprints().forEach(f -> theirs.put(f.key(), f.value()));
        for (ToCoordinator.Fingerprint ours : course.terms.fingerprints()) {
            String value = theirs.get(ours.key());
            if (!ours.value().equals(value)) {
                return Optional.of("worker " + join.self().id() + " differs in " + ours.key() + ": it has " + value
                        + ", the run " + ours.value());
            }
        }
        boolean sameStart = course.accounts.committed().step() > 0
                || join.state().step() > 0
                || course.initialHash == 0
                || course.initialHash == join.state().hash();
        return sameStart
                ? Optional.empty()
                : Optional.of("worker " + join.self().id() + " starts from " + join.state() + ", the run from "
                        + Long.toHexString(course.initialHash));
    }

    /** A joiner with much state to take over does so while the others train on (rule 18), and is not waited for without end. */
    List<CoordinatorAction> letFollow(long nowNanos) {
        List<CoordinatorAction> actions = new ArrayList<>();
        for (Member member : practised(nowNanos)) {
            Peer peer = course.peer(member);
            if (course.world().rankOf(peer.id) >= 0 || peer.stateBytes < FOLLOW_BYTES) continue;
            if (peer.followingSince != Long.MIN_VALUE) continue;
            peer.followingSince = nowNanos;
            long completed = course.accounts.committed().step();
            for (Member donor : course.world().members()) completed = Math.max(completed, course.peer(donor).step);
            long at = completed + 1 + course.liveness.stepsWithin(FREEZE_NANOS);
            actions.addAll(Course.toAll(course.world(), new ToWorker.Freeze(at)));
            actions.add(new CoordinatorAction.Send(
                    peer.id, new ToWorker.Follow(at, course.world().members())));
        }
        return actions;
    }

    /** A change in order, if somebody waits to leave or is ready to join: all that do are in it. */
    List<CoordinatorAction> wantedChange(long nowNanos) {
        String reason = "";
        List<WorkerId> joining = new ArrayList<>();
        for (Member member : practised(nowNanos)) {
            if (course.world().rankOf(member.id()) >= 0 || !followed(course.peer(member), nowNanos)) continue;
            joining.add(member.id());
            reason = "worker " + member.id() + " joins";
        }
        for (Member member : course.world().members())
            if (course.peer(member).leaving) reason = "worker " + member.id() + " leaves";
        if (reason.isEmpty()) reason = standBy(nowNanos);
        if (reason.isEmpty()) return List.of();
        return change.inOrder(reason, joining, nowNanos);
    }

    /** Why a standby that is a member is to be none; empty if none is. */
    private String standBy(long nowNanos) {
        List<Member> settled = course.roster.next(
                course.last, nowNanos, peer -> Course.isIn(course.last, peer) || isReady(peer, nowNanos));
        for (Member member : course.world().members())
            if (course.peer(member).standby && !settled.contains(member)) return "worker " + member.id() + " stands by";
        return "";
    }

    /** Who would form the next world, but for those who still practise; they are taken before the state is left to one alone. */
    private List<Member> practised(long nowNanos) {
        List<Member> practised = course.roster.next(course.last, nowNanos, peer -> !practises(peer, nowNanos));
        return practised.size() < 2 ? course.roster.next(course.last, nowNanos) : practised;
    }

    /** A worker whose code is not compiled yet would hold up every step of the members; they go on without it until it is. */
    private static boolean practises(Peer peer, long nowNanos) {
        return peer.activity == Activity.PRACTISING && nowNanos - peer.sinceNanos < PRACTICE_NANOS;
    }

    static boolean isReady(Peer peer, long nowNanos) {
        return !practises(peer, nowNanos) && followed(peer, nowNanos);
    }

    private static boolean followed(Peer peer, long nowNanos) {
        return peer.stateBytes < FOLLOW_BYTES || peer.followed || nowNanos - peer.followingSince > FOLLOW_NANOS;
    }

    List<CoordinatorAction> caughtUp(Peer peer, long nowNanos) {
        peer.followed = true;
        return course.phase == Phase.TRAINING ? wantedChange(nowNanos) : List.of();
    }
}
