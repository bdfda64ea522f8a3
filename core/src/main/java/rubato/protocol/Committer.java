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
import rubato.world.Member;
import rubato.world.World;

/** Turns votes into committed steps, metrics, decisions and the end of a run. */
final class Committer implements Base.Completion {
    private final Accounts accounts;
    private final Rhythm rhythm;
    private final Goals goals;
    private final Controller controller;
    private final Storing storing;
    private final TreeMap<Long, Entry.NonFinite> marks = new TreeMap<>();
    private Ballot ballot = new Ballot(0);

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
        this.storing = new Storing(accounts, rhythm);
    }

    Storing storing() {
        return storing;
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
        boolean late = part.step() <= accounts.evaluated() && isOnTheWay(part.parts());
        if (rank >= 0 && !late) ballot.evaluated(rank, part.step(), part.parts());
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
            Plan plan = accounts.planned(vote.planVersion());
            Cursor.Taken taken = accounts.take(cursor, plan);
            commits.add(entry(vote, plan, taken));
            cursor = taken.after();
        }
        return commits;
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
        Plan plan = accounts.planned(vote.planVersion());
        Cursor.Taken taken = accounts.take(accounts.cursor(), plan);
        List<Entry> entries = new ArrayList<>();
        storing.noteDue(vote.step(), plan, accounts.cursor(), taken.after());
        record(entry(vote, plan, taken), entries);
        entries.addAll(marksUpTo(vote.step()));
        lastCommitNanos = nowNanos;
        ballot.forget(vote.step());
        controller.committed(cast);
        if (vote.barrier()) controller.paused(nowNanos - voteNanos);
        List<CoordinatorAction> then = new ArrayList<>();
        then.add(new CoordinatorAction.Durable(vote.step()));
        if (vote.barrier() || controller.eventDue(nowNanos)) then.add(progress(vote, taken, nowNanos));
        if (metrics != null && !metrics.isEmpty()) measured(metrics, taken.epoch(), nowNanos, entries, then);
        decide(world, vote, entries, then, nowNanos);
        if (metrics != null) goal(world, metrics, entries, then);
        tellAll(world, new ToWorker.Committed(vote.generation(), vote.step()), then);
        List<CoordinatorAction> actions = new ArrayList<>();
        actions.add(new CoordinatorAction.Append(entries, then));
        actions.addAll(storing.registerStored());
        return actions;
    }

    /** What is to be recorded of bad arithmetic in steps that are facts now. */
    List<Entry> marksUpTo(long step) {
        var all = marks.headMap(step, true);
        List<Entry> known = new ArrayList<>(all.values());
        all.clear();
        return known;
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
        storing.activated(base);
        marks.tailMap(base.name().step(), false).clear();
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
        marks.clear();
        owed = -1;
        storing.rolledBack();
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

    /** Metrics on the way to the end are of the test set alone; at the end they are of both, or none at all after an interrupt. */
    private static boolean isOnTheWay(List<Evaluation> metrics) {
        return !metrics.isEmpty() && metrics.stream().noneMatch(set -> set.set().equals("train"));
    }

    private boolean isFinal(List<Evaluation> metrics) {
        return metrics.isEmpty() ? newest.stop().isInterrupt() : !isOnTheWay(metrics);
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
