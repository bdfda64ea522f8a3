package rubato.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import rubato.event.Event;
import rubato.history.Entry;
import rubato.plan.Plan;
import rubato.plan.Stop;
import rubato.step.Cursor;
import rubato.step.Evaluation;
import rubato.world.Generation;
import rubato.world.Member;
import rubato.world.WorkerId;
import rubato.world.World;

/** Turns votes into committed steps, metrics, decisions and the end of a run. */
final class Committer implements Base.Completion {
    private static final long SECOND = 1_000_000_000L;
    private static final long STORE_AGAIN_NANOS = SECOND;
    private static final long LAST_STORE_NANOS = 60 * SECOND;

    private final Accounts accounts;
    private final Rhythm rhythm;
    private final Goals goals;
    private final Controller controller;
    private final TreeMap<Long, ToCoordinator.Stored> stored = new TreeMap<>();
    private final Parts parts = new Parts();
    private final TreeMap<Long, Entry.NonFinite> marks = new TreeMap<>();
    private Ballot ballot = new Ballot(0);
    /** Last committed step after which a checkpoint was due. */
    private long due;
    /** When the checkpoint of the run's last step failed first and last, −1 for never. */
    private long failedFirst = -1;

    private long failedLast;
    private String failure = "";
    private Plan newest;
    private long owed = -1;
    private long trainingNanos = -1;
    private long voteNanos;
    private long lastCommitNanos;
    private long samplesBefore;

    Committer(Accounts accounts, Rhythm rhythm, Goals goals, Controller controller, Plan plan) {
        this.accounts = accounts;
        this.rhythm = rhythm;
        this.goals = goals;
        this.controller = controller;
        this.newest = plan;
        this.samplesBefore = accounts.samples();
        for (Recipe.Redo step : accounts.recipe(0).steps()) {
            long at = step.commit().step();
            noteDue(at, step.plan(), accounts.cursorAt(at - 1), accounts.cursorAt(at));
        }
    }

    Plan newest() {
        return newest;
    }

    double committingSeconds() {
        return trainingNanos < 0 ? 0 : (lastCommitNanos - trainingNanos) * 1e-9;
    }

    private double trainingSeconds(long nowNanos) {
        return trainingNanos < 0 ? 0 : (nowNanos - trainingNanos) * 1e-9;
    }

    boolean isTimeOver(long nowNanos) {
        return trainingSeconds(nowNanos) >= goals.maxSeconds() && newest.stop().afterStep() != 0;
    }

    /** Takes votes of a generation that an earlier coordinator activated. */
    void reopen(World world) {
        ballot = new Ballot(world.size());
    }

    void vote(int rank, ToCoordinator.Vote vote, long nowNanos) {
        if (vote.step() <= accounts.committed().step()) return;
        ballot.vote(rank, vote);
        boolean bad = vote.skipped() || !vote.nonFinite().isEmpty();
        if (bad)
            marks.put(
                    vote.step(), new Entry.NonFinite(vote.generation(), vote.step(), vote.nonFinite(), vote.skipped()));
        voteNanos = nowNanos;
    }

    void evaluated(int rank, ToCoordinator.Evaluated part, long nowNanos) {
        if (rank >= 0) ballot.evaluated(rank, part.step(), part.parts());
    }

    @Nullable
    List<ToCoordinator.Vote> complete() {
        return ballot.complete(accounts.committed().step() + 1);
    }

    /** Metrics of a step about to be committed, empty if it has none, null while they are awaited. */
    @Nullable
    List<Evaluation> metrics(List<ToCoordinator.Vote> cast) {
        return cast.get(0).barrier() ? ballot.evaluation(cast.get(0).step()) : List.of();
    }

    long sentBytes() {
        return controller.sentBytes();
    }

    long savedBytes() {
        return controller.savedBytes();
    }

    @Override
    public Optional<List<ToCoordinator.Vote>> votes(int rank, long to) {
        return ballot.of(rank, accounts.committed().step() + 1, to);
    }

    @Override
    public List<Entry.Commit> commits(List<ToCoordinator.Vote> votes) {
        List<Entry.Commit> commits = new ArrayList<>();
        Cursor cursor = accounts.cursor();
        for (ToCoordinator.Vote vote : votes) {
            Plan plan = plan(vote.planVersion());
            Cursor.Taken taken = accounts.take(cursor, plan);
            commits.add(entry(vote, plan, taken));
            cursor = taken.after();
        }
        return commits;
    }

    private Plan plan(long version) {
        Plan plan = accounts.plan(version);
        if (plan == null) throw new IllegalStateException("a step was trained under unknown plan " + version);
        return plan;
    }

    private static Entry.Commit entry(ToCoordinator.Vote vote, Plan plan, Cursor.Taken taken) {
        return new Entry.Commit(
                vote.generation(),
                vote.step(),
                vote.hash(),
                vote.planVersion(),
                Cursor.split(taken.ranges(), plan.shares().counts(taken.count())),
                taken.dropped(),
                vote.totals().sampleDigest(),
                vote.skipped(),
                vote.totals().lossSum());
    }

    /** Commits the step all voted for. */
    List<CoordinatorAction> commit(World world, List<ToCoordinator.Vote> cast, long nowNanos) {
        ToCoordinator.Vote vote = cast.get(0);
        List<Evaluation> metrics = metrics(cast);
        Plan plan = plan(vote.planVersion());
        Cursor.Taken taken = accounts.take(accounts.cursor(), plan);
        List<Entry> entries = new ArrayList<>();
        noteDue(vote.step(), plan, accounts.cursor(), taken.after());
        record(entry(vote, plan, taken), entries);
        entries.addAll(marksUpTo(vote.step()));
        lastCommitNanos = nowNanos;
        ballot.forget(vote.step());
        controller.committed(cast);
        if (vote.barrier()) controller.paused(nowNanos - voteNanos);
        List<CoordinatorAction> then = new ArrayList<>();
        if (vote.barrier() || controller.eventDue(nowNanos)) then.add(progress(vote, taken, nowNanos));
        if (metrics != null && !metrics.isEmpty()) measured(metrics, taken.epoch(), nowNanos, entries, then);
        decide(world, vote, entries, then, nowNanos);
        if (metrics != null) goal(world, metrics, entries, then);
        tellAll(world, new ToWorker.Committed(vote.generation(), vote.step()), then);
        List<CoordinatorAction> actions = new ArrayList<>();
        actions.add(new CoordinatorAction.Append(entries, then));
        actions.addAll(registerStored());
        return actions;
    }

    private void noteDue(long step, Plan plan, Cursor before, Cursor after) {
        if (rhythm.storesAfter(step, plan, before, after)) due = step;
    }

    /** What is to be recorded of bad arithmetic in steps that are facts now. */
    List<Entry> marksUpTo(long step) {
        var all = marks.headMap(step, true);
        List<Entry> known = new ArrayList<>(all.values());
        all.clear();
        return known;
    }

    /** Whether a checkpoint due at a base or before it is not registered: its writer died, or its disk was full. */
    boolean owesCheckpoint(Base base) {
        long latest = due;
        Cursor cursor = accounts.cursor();
        for (Entry.Commit commit : base.completed()) {
            Plan plan = plan(commit.planVersion());
            Cursor after = accounts.take(cursor, plan).after();
            if (rhythm.storesAfter(commit.step(), plan, cursor, after)) latest = commit.step();
            cursor = after;
        }
        long has = Math.max(0, accounts.checkpointed());
        return latest > has && base.name().step() > has;
    }

    private void record(Entry entry, List<Entry> entries) {
        entries.add(entry);
        accounts.add(entry);
    }

    private CoordinatorAction progress(ToCoordinator.Vote vote, Cursor.Taken taken, long nowNanos) {
        double left = goals.secondsLeft(
                newest,
                vote.step(),
                accounts.cursor(),
                rhythm.data(),
                trainingSeconds(nowNanos),
                accounts.samples() - samplesBefore);
        double done = taken.after().epoch() > taken.epoch()
                ? 1
                : (double) taken.after().next() / rhythm.data().samples();
        return new CoordinatorAction.Tell(
                controller.event(vote, taken.epoch(), done, accounts.samples(), left, nowNanos));
    }

    private void measured(
            List<Evaluation> metrics, long epoch, long nowNanos, List<Entry> entries, List<CoordinatorAction> then) {
        long step = accounts.committed().step();
        record(new Entry.Evaluated(step, metrics), entries);
        then.add(new CoordinatorAction.Tell(new Event.Evaluated(step, epoch, trainingSeconds(nowNanos), metrics)));
    }

    private void goal(World world, List<Evaluation> metrics, List<Entry> entries, List<CoordinatorAction> then) {
        long step = accounts.committed().step();
        goals.reachedBy(metrics)
                .ifPresent(goal -> plan(
                        world, newest.withStop(new Stop(step, Long.MAX_VALUE, goal)), step + 1, goal, entries, then));
    }

    /** At a window's end the policy decides; a change is in force a fixed number of steps later (see the decision record on plans). */
    private void decide(
            World world, ToCoordinator.Vote vote, List<Entry> entries, List<CoordinatorAction> then, long nowNanos) {
        long step = vote.step();
        Controller.Verdict verdict = controller.decide(step, newest, nowNanos);
        if (verdict == null) return;
        entries.add(new Entry.Decided(step, newest, verdict.seen(), verdict.decision()));
        then.add(new CoordinatorAction.Tell(new Event.WindowMeasured(verdict.seen())));
        then.add(new CoordinatorAction.Tell(new Event.Decided(step, newest, verdict.decision())));
        if (!verdict.decision().changes(newest)) return;
        long from = step + (vote.barrier() ? 1 : rhythm.window() + 1L);
        plan(world, verdict.decision().plan(), from, verdict.decision().reason(), entries, then);
        controller.changed(newest);
    }

    private void plan(
            World world, Plan wished, long from, String reason, List<Entry> entries, List<CoordinatorAction> then) {
        newest = wished.succeeding(newest, from);
        record(new Entry.Planned(newest, reason), entries);
        then.add(new CoordinatorAction.Tell(new Event.PlanChanged(newest, reason)));
        tellAll(world, new ToWorker.Planned(newest), then);
    }

    /** A plan that ends training as soon as all hold it. */
    List<CoordinatorAction> stop(World world, Stop stop, String reason) {
        List<Entry> entries = new ArrayList<>();
        List<CoordinatorAction> then = new ArrayList<>();
        plan(world, newest.withStop(stop), 0, reason, entries, then);
        return List.of(new CoordinatorAction.Append(entries, then));
    }

    /** A generation is activated. */
    void activated(World world, Entry activate, Base base, Plan plan, long nowNanos) {
        owed = owes(base) ? base.name().step() : -1;
        if (owesCheckpoint(base)) due = base.name().step();
        marks.tailMap(base.name().step(), false).clear();
        failedFirst = -1;
        newest = plan;
        accounts.add(activate);
        ballot = new Ballot(world.size());
        if (trainingNanos < 0) {
            trainingNanos = nowNanos;
            lastCommitNanos = nowNanos;
        }
        controller.activated(world, plan, nowNanos);
    }

    /** Whether the metrics of a base were awaited when its generation was sealed, and still are. */
    boolean owes(Base base) {
        boolean fresh = base.last() != null && base.last().barrier();
        return fresh || owed == base.name().step() && accounts.evaluated() < owed;
    }

    /** Metrics of the base of this generation, once all are here; those who wait for them may go on. */
    List<CoordinatorAction> owedMetrics(World world, long nowNanos) {
        if (owed < 0 || owed != accounts.committed().step()) return List.of();
        List<Evaluation> metrics = ballot.evaluation(owed);
        if (metrics == null || metrics.isEmpty() || isFinal(metrics)) return List.of();
        List<Entry> entries = new ArrayList<>();
        List<CoordinatorAction> then = new ArrayList<>();
        measured(metrics, accounts.cursor().epoch(), nowNanos, entries, then);
        goal(world, metrics, entries, then);
        tellAll(world, new ToWorker.Committed(world.generation(), owed), then);
        ballot.forget(owed);
        owed = -1;
        return List.of(new CoordinatorAction.Append(entries, then));
    }

    void rollback(Entry entry) {
        accounts.add(entry);
        stored.clear();
        marks.clear();
        owed = -1;
        due = Math.min(due, accounts.committed().step());
    }

    List<CoordinatorAction> storedPart(WorkerId from, ToCoordinator.StoredPart part) {
        return part.step() <= accounts.checkpointed() ? List.of() : parts.add(from, part);
    }

    /** None of the members can write checkpoints, and one is due or the last one missing. */
    List<CoordinatorAction> nobodyStores(WorkerId any, Generation by, long nowNanos) {
        boolean owed = due > Math.max(0, accounts.checkpointed()) || isAtEnd();
        long step = isAtEnd() ? accounts.committed().step() : due;
        String reason = "it has no file system in common with the run";
        return owed ? notStored(any, new ToCoordinator.NotStored(by, step, reason), nowNanos) : List.of();
    }

    /** A checkpoint will not be made: the one before stays, training goes on. */
    List<CoordinatorAction> notStored(WorkerId from, ToCoordinator.NotStored part, long nowNanos) {
        List<CoordinatorAction> abandon = parts.fail(from, part);
        if (abandon == null || part.step() <= accounts.checkpointed()) return List.of();
        boolean known = failedFirst >= 0;
        failure = "worker " + from + ": " + part.reason();
        if (isAtEnd() && part.step() == accounts.committed().step()) {
            if (!known) failedFirst = nowNanos;
            failedLast = nowNanos;
        }
        List<CoordinatorAction> actions = new ArrayList<>(abandon);
        if (known) return actions;
        String before = accounts.checkpointed() < 0
                ? "there is none yet"
                : "that of step " + accounts.checkpointed() + " stays";
        actions.add(new CoordinatorAction.Tell(
                new Event.Warning("no checkpoint of step " + part.step() + ", " + before + ": " + failure)));
        return actions;
    }

    /** Why the last step's checkpoint could not be made for so long that waiting is over; nothing else keeps the run from its end. */
    Optional<String> lastStoreFailed(long nowNanos) {
        boolean over = failedFirst >= 0 && isAtEnd() && nowNanos - failedFirst > LAST_STORE_NANOS;
        return over ? Optional.of("the last checkpoint cannot be written: " + failure) : Optional.empty();
    }

    /** The last step's checkpoint is tried again until there is room. */
    List<CoordinatorAction> storeAgain(World world, long nowNanos) {
        if (failedFirst < 0 || !isAtEnd() || nowNanos - failedLast < STORE_AGAIN_NANOS) return List.of();
        long step = accounts.committed().step();
        failedLast = nowNanos;
        parts.again(world.generation(), step);
        List<CoordinatorAction> actions = new ArrayList<>();
        tellAll(world, new ToWorker.StoreAgain(world.generation(), step), actions);
        return actions;
    }

    private boolean isAtEnd() {
        long step = accounts.committed().step();
        Plan next = accounts.next();
        return step > accounts.checkpointed()
                && next.stop()
                        .reached(step, accounts.take(accounts.cursor(), next).epoch());
    }

    List<CoordinatorAction> stored(ToCoordinator.Stored checkpoint) {
        stored.put(checkpoint.step(), checkpoint);
        return registerStored();
    }

    /** A checkpoint is registered only once its step is committed with the same hash (rule 17). */
    private List<CoordinatorAction> registerStored() {
        List<CoordinatorAction> actions = new ArrayList<>();
        while (!stored.isEmpty() && stored.firstKey() <= accounts.committed().step()) {
            ToCoordinator.Stored done = stored.pollFirstEntry().getValue();
            Long hash = accounts.hashOf(done.step());
            if (done.step() <= accounts.checkpointed() || hash == null || hash != done.hash()) continue;
            List<Entry> entries = new ArrayList<>();
            record(new Entry.Checkpoint(done.step(), done.hash(), done.directory(), done.manifestSha256()), entries);
            parts.forget(done.step());
            failedFirst = -1;
            actions.add(new CoordinatorAction.Append(
                    entries,
                    List.of(new CoordinatorAction.Tell(new Event.CheckpointStored(done.step(), done.directory())))));
        }
        return actions;
    }

    /** The closing entry, once the last step is stored and measured. */
    Optional<Entry.Finished> finished() {
        long step = accounts.committed().step();
        List<Evaluation> metrics = ballot.evaluation(step);
        if (accounts.checkpointed() != step || metrics == null || !isFinal(metrics)) return Optional.empty();
        String status = newest.stop().isInterrupt() ? "interrupted" : "done";
        return Optional.of(
                new Entry.Finished(status, step, accounts.committed().hash(), goals.reachedBy(newest, step)));
    }

    private boolean isFinal(List<Evaluation> metrics) {
        return newest.stop().isInterrupt()
                || metrics.stream().anyMatch(set -> set.set().equals("train"));
    }

    List<Entry> lastEntries() {
        long step = accounts.committed().step();
        List<Evaluation> metrics = ballot.evaluation(step);
        return metrics == null || metrics.isEmpty() ? List.of() : List.of(new Entry.Evaluated(step, metrics));
    }

    List<CoordinatorAction> lastMetrics() {
        long step = accounts.committed().step();
        List<Evaluation> metrics = ballot.evaluation(step);
        if (metrics == null || metrics.isEmpty()) return List.of();
        return List.of(new CoordinatorAction.Tell(
                new Event.Evaluated(step, accounts.cursor().epoch(), 0, metrics)));
    }

    private static void tellAll(World world, ToWorker message, List<CoordinatorAction> into) {
        for (Member member : world.members()) into.add(new CoordinatorAction.Send(member.id(), message));
    }
}
