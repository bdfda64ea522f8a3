package rubato.protocol;

import java.util.List;
import java.util.function.Consumer;
import rubato.plan.Plan;
import rubato.step.Cursor;
import rubato.world.WorkerId;

/**
 * The coordinator's side of the step, commit and generation protocol, pure: events in, actions out. State changes when an
 * entry is appended; nobody is told before it is durable. Changes of membership are those of {@link Change}.
 */
public final class Coordinator {
    private final Course course;
    private final Change change;
    private final Departures departures;
    private final Admission admission;
    private final Commits commits;
    private final Deadlines deadlines;
    private final Requests requests;

    /**
     * @param accounts what the ledger holds so far
     * @param plan what the first generation is to start from
     */
    public Coordinator(
            RunTerms terms,
            Rhythm rhythm,
            Goals goals,
            Controller controller,
            Accounts accounts,
            Plan plan,
            long nowNanos) {
        course = new Course(terms, accounts, new Committer(accounts, rhythm, goals, controller, plan), nowNanos);
        change = new Change(course);
        departures = new Departures(course, change);
        admission = new Admission(course, change, departures);
        commits = new Commits(course, change, departures);
        deadlines = new Deadlines(course, change, departures, admission);
        requests = new Requests(course, departures);
    }

    public Accounts accounts() {
        return course.accounts;
    }

    /** What all ranks sent for the steps committed here, payload bytes. */
    public long sentBytes() {
        return course.committer.sentBytes();
    }

    /** How much less that is than uncompressed. */
    public long savedBytes() {
        return course.committer.savedBytes();
    }

    /** Seconds from the first activation to the last commit. */
    public double committingSeconds() {
        return course.committer.committingSeconds();
    }

    /** Where the run stands in its data. */
    public Cursor cursor() {
        return course.accounts.cursor();
    }

    public List<CoordinatorAction> on(WorkerId from, ToCoordinator message, long nowNanos) {
        if (course.phase == Phase.ENDED) return List.of();
        if (message instanceof ToCoordinator.Hello hello) return admission.hello(hello, nowNanos);
        Peer peer = course.roster.of(from);
        if (peer == null) return List.of();
        peer.heardNanos = nowNanos;
        if (message instanceof ToCoordinator.Join join) return admission.join(peer, join, nowNanos);
        if (message instanceof ToCoordinator.Beat beat) return beat(peer, beat, nowNanos);
        if (message instanceof ToCoordinator.Failed failed) return departures.failed(peer, failed, nowNanos);
        if (message instanceof ToCoordinator.Followed) return admission.caughtUp(peer, nowNanos);
        if (message instanceof ToCoordinator.Leave) return departures.leave(peer);
        if (message instanceof ToCoordinator.Vote vote) return commits.voted(peer, vote, nowNanos);
        if (message instanceof ToCoordinator.Evaluated part) return commits.evaluated(peer, part, nowNanos);
        if (message instanceof ToCoordinator.StoredPart part)
            return commits.isOwn(part.generation()) ? course.committer.storing().storedPart(from, part) : List.of();
        if (message instanceof ToCoordinator.Stored checkpoint)
            return commits.isOwn(checkpoint.generation()) ? commits.stored(checkpoint) : List.of();
        if (message instanceof ToCoordinator.NotStored not)
            return commits.isOwn(not.generation())
                    ? course.committer.storing().notStored(from, not, nowNanos)
                    : List.of();
        if (message instanceof ToCoordinator.Corrupted corrupted) return commits.corrupted(peer, corrupted, nowNanos);
        if (message instanceof ToCoordinator.Broken broken) return change.broken(peer, broken, nowNanos);
        if (message instanceof ToCoordinator.AtRest rest) return change.atRest(peer, rest, nowNanos);
        if (message instanceof ToCoordinator.Installed installed) return change.installed(peer, installed, nowNanos);
        if (message instanceof ToCoordinator.NotInstalled not) return change.notInstalled(peer, not, nowNanos);
        if (message instanceof ToCoordinator.Linked linked) return change.linked(peer, linked.generation(), nowNanos);
        return List.of();
    }

    private List<CoordinatorAction> beat(Peer peer, ToCoordinator.Beat beat, long nowNanos) {
        boolean practised = peer.activity == Activity.PRACTISING && beat.activity() != Activity.PRACTISING;
        peer.activity = beat.activity();
        peer.step = beat.step();
        peer.sinceNanos = nowNanos - beat.sinceNanos();
        return practised && course.phase == Phase.TRAINING ? admission.letFollow(nowNanos) : List.of();
    }

    /** A worker's connection closed, or its process ended. */
    public List<CoordinatorAction> lost(WorkerId worker, String reason, long nowNanos) {
        return departures.lost(worker, reason, nowNanos);
    }

    /** Wants a worker to leave. */
    public List<CoordinatorAction> askLeave(String worker, Consumer<ToWorker.Answer> answer) {
        return requests.askLeave(worker, answer);
    }

    /** Wants so many workers; those of the highest ranks stand by or leave if there are more. */
    public List<CoordinatorAction> askScale(int workers, Consumer<ToWorker.Answer> answer) {
        return requests.askScale(workers, answer);
    }

    /** How the run is. */
    public RunStatus status() {
        return requests.status();
    }

    /** Somebody wants the run to end now, keeping what it has. */
    public List<CoordinatorAction> interrupt() {
        return requests.interrupt();
    }

    /** Time passes: deadlines of joining, of changes, of members, and of the run. */
    public List<CoordinatorAction> tick(long nowNanos) {
        return deadlines.tick(nowNanos);
    }

    /** The run cannot go on: seal what is open; the ledger stays unfinished, so that the run can be resumed. */
    public List<CoordinatorAction> end(String status, int exitCode, String reason) {
        return course.end(status, exitCode, reason);
    }
}
