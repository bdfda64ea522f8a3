package rubato.protocol;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import rubato.event.Event;
import rubato.history.Entry;
import rubato.plan.Plan;
import rubato.plan.Stop;
import rubato.step.Cursor;
import rubato.step.Evaluation;
import rubato.step.StateName;
import rubato.world.Generation;
import rubato.world.Member;
import rubato.world.WorkerId;
import rubato.world.World;

/**
 * The coordinator's side of the step, commit and generation protocol, pure: events in, actions out. State changes when an
 * entry is appended; nobody is told before it is durable.
 */
public final class Coordinator {
    private enum Phase {
        GATHERING,
        INSTALLING,
        TRAINING,
        FINISHING,
        ENDED
    }

    private final RunTerms terms;
    private final Rhythm rhythm;
    private final Goals goals;
    private final Controller controller;
    private final Map<WorkerId, Member> candidates = new HashMap<>();
    private final Map<WorkerId, Long> pids = new HashMap<>();
    private final Map<Long, Plan> plans = new HashMap<>();
    private final TreeMap<Long, ToCoordinator.Stored> stored = new TreeMap<>();
    private Phase phase = Phase.GATHERING;
    private StateName base;
    private Plan newest;
    private Cursor cursor;
    private long committed;
    private long committedHash;
    private long samples;
    private long checkpointed;
    private @Nullable World world;
    private @Nullable Ballot ballot;
    private int installedCount;
    private final long startedNanos;
    private long trainingNanos = -1;
    private long progressNanos;
    private long voteNanos;
    private long lastCommitNanos;

    public Coordinator(RunTerms terms, Rhythm rhythm, Goals goals, Controller controller, long nowNanos) {
        this.terms = terms;
        this.rhythm = rhythm;
        this.goals = goals;
        this.controller = controller;
        this.base = terms.state();
        this.newest = terms.plan();
        this.cursor = terms.cursor();
        this.committed = terms.state().step();
        this.committedHash = terms.state().hash();
        this.checkpointed = terms.checkpoint().isEmpty() ? -1 : committed;
        this.samples = terms.samplesBefore();
        this.startedNanos = nowNanos;
        this.progressNanos = nowNanos;
        plans.put(newest.version(), newest);
    }

    public long committed() {
        return committed;
    }

    public long committedHash() {
        return committedHash;
    }

    public long samples() {
        return samples;
    }

    public Plan newestPlan() {
        return newest;
    }

    public Cursor cursor() {
        return cursor;
    }

    /** Seconds from the activation of the generation to its last commit. */
    public double committingSeconds() {
        return trainingNanos < 0 ? 0 : (lastCommitNanos - trainingNanos) * 1e-9;
    }

    /** Seconds since the first generation was activated. */
    public double trainingSeconds(long nowNanos) {
        return trainingNanos < 0 ? 0 : (nowNanos - trainingNanos) * 1e-9;
    }

    public List<CoordinatorAction> on(WorkerId from, ToCoordinator message, long nowNanos) {
        if (phase == Phase.ENDED) return List.of();
        if (message instanceof ToCoordinator.Hello hello) return hello(hello);
        if (message instanceof ToCoordinator.Join join) return join(from, join);
        if (message instanceof ToCoordinator.Failed failed) return failed(from, failed);
        int rank = world == null ? -1 : world.rankOf(from);
        if (rank < 0) return List.of();
        if (message instanceof ToCoordinator.Installed installed) return installed(rank, installed, nowNanos);
        if (message instanceof ToCoordinator.Vote vote) return voted(rank, vote, nowNanos);
        if (message instanceof ToCoordinator.Evaluated part) return evaluated(rank, part, nowNanos);
        if (message instanceof ToCoordinator.Stored checkpoint) return stored(checkpoint);
        if (message instanceof ToCoordinator.Broken broken) return broken(from, broken);
        return List.of();
    }

    private List<CoordinatorAction> hello(ToCoordinator.Hello hello) {
        if (!hello.software().equals(terms.software())) {
            return refuse(
                    hello.worker(),
                    "worker " + hello.worker() + " runs " + hello.software() + ", the run " + terms.software());
        }
        if (phase != Phase.GATHERING || candidates.size() >= terms.workers()) {
            return refuse(hello.worker(), "the run already has its " + terms.workers() + " workers");
        }
        pids.put(hello.worker(), hello.pid());
        return List.of(
                new CoordinatorAction.Send(hello.worker(), new ToWorker.Welcome(terms.config(), terms.checkpoint())));
    }

    private static List<CoordinatorAction> refuse(WorkerId worker, String reason) {
        return List.of(
                new CoordinatorAction.Send(worker, new ToWorker.Refused(reason)),
                new CoordinatorAction.Tell(new Event.Warning("refused: " + reason)));
    }

    private List<CoordinatorAction> join(WorkerId from, ToCoordinator.Join join) {
        if (phase != Phase.GATHERING) return refuse(from, "the run already has its " + terms.workers() + " workers");
        Optional<String> difference = difference(join);
        if (difference.isPresent()) return refuse(from, difference.get());
        if (base.hash() == 0)
            base = new StateName(
                    base.lineage(), base.generation(), base.step(), join.state().hash());
        candidates.put(from, new Member(from, join.host(), join.port()));
        List<CoordinatorAction> actions = new ArrayList<>();
        actions.add(new CoordinatorAction.Tell(new Event.WorkerJoined(from.name(), pids.getOrDefault(from, 0L))));
        if (candidates.size() == terms.workers()) actions.addAll(form());
        return actions;
    }

    private Optional<String> difference(ToCoordinator.Join join) {
        Map<String, String> theirs = new HashMap<>();
        join.fingerprints().forEach(f -> theirs.put(f.key(), f.value()));
        for (ToCoordinator.Fingerprint ours : terms.fingerprints()) {
            String value = theirs.get(ours.key());
            if (!ours.value().equals(value)) {
                return Optional.of("worker " + join.worker() + " differs in " + ours.key() + ": it has " + value
                        + ", the run " + ours.value());
            }
        }
        if (join.state().step() != base.step()
                || base.hash() != 0 && join.state().hash() != base.hash()) {
            return Optional.of("worker " + join.worker() + " starts from " + join.state() + ", the run from " + base);
        }
        return Optional.empty();
    }

    private List<CoordinatorAction> form() {
        phase = Phase.INSTALLING;
        List<Member> members = candidates.values().stream()
                .sorted(Comparator.comparing(m -> m.id().name()))
                .toList();
        world = new World(new Generation(terms.term(), 1), members);
        ballot = new Ballot(members.size());
        committedHash = base.hash();
        return toAll(new ToWorker.Install(world, base, newest));
    }

    private List<CoordinatorAction> installed(int rank, ToCoordinator.Installed installed, long nowNanos) {
        if (phase != Phase.INSTALLING || !installed.generation().equals(world().generation())) return List.of();
        if (installed.state().hash() != base.hash()) {
            return end("failed", 1, "rank " + rank + " installed " + installed.state() + " where the base is " + base);
        }
        if (++installedCount < world().size()) return List.of();
        phase = Phase.TRAINING;
        trainingNanos = nowNanos;
        lastCommitNanos = nowNanos;
        progressNanos = nowNanos;
        controller.started(world(), nowNanos);
        List<String> names = world().members().stream().map(m -> m.id().name()).toList();
        List<CoordinatorAction> then = new ArrayList<>();
        then.add(new CoordinatorAction.Tell(
                new Event.GenerationStarted(world().generation().toString(), names, newest)));
        then.addAll(toAll(new ToWorker.Activated(world().generation())));
        List<CoordinatorAction> actions = new ArrayList<>();
        actions.add(new CoordinatorAction.Append(List.of(new Entry.Activate(world(), base, newest)), then));
        return actions;
    }

    private List<CoordinatorAction> voted(int rank, ToCoordinator.Vote vote, long nowNanos) {
        if (!current(vote.generation()) || vote.step() <= committed) return List.of();
        ballot().vote(rank, vote);
        progressNanos = nowNanos;
        voteNanos = nowNanos;
        return commitAll(nowNanos);
    }

    private List<CoordinatorAction> evaluated(int rank, ToCoordinator.Evaluated part, long nowNanos) {
        if (!current(part.generation())) return List.of();
        ballot().evaluated(rank, part.step(), part.parts());
        progressNanos = nowNanos;
        List<CoordinatorAction> actions = new ArrayList<>(commitAll(nowNanos));
        actions.addAll(finishIfDone());
        return actions;
    }

    private boolean current(Generation generation) {
        return phase == Phase.TRAINING && world != null && generation.equals(world.generation());
    }

    /** Commits every step whose votes (and, where it evaluates, metrics) are all here, in order (rule 6). */
    private List<CoordinatorAction> commitAll(long nowNanos) {
        List<CoordinatorAction> actions = new ArrayList<>();
        while (phase == Phase.TRAINING) {
            List<ToCoordinator.Vote> cast = ballot().complete(committed + 1);
            if (cast == null) break;
            String disagreement = ballot().disagreement(cast);
            if (disagreement != null) {
                actions.addAll(end("failed", 1, disagreement));
                break;
            }
            List<Evaluation> metrics = cast.get(0).barrier() ? ballot().evaluation(committed + 1) : List.of();
            if (metrics == null) break;
            actions.addAll(commit(cast, metrics, nowNanos));
        }
        return actions;
    }

    private List<CoordinatorAction> commit(List<ToCoordinator.Vote> cast, List<Evaluation> metrics, long nowNanos) {
        ToCoordinator.Vote vote = cast.get(0);
        Plan plan = plans.get(vote.planVersion());
        if (plan == null)
            return end("failed", 1, "step " + vote.step() + " was trained under unknown plan " + vote.planVersion());
        Cursor.Taken taken = cursor.take(
                rhythm.data(), Math.min(plan.globalBatch(), rhythm.data().samples()));
        long epoch = taken.epoch();
        List<Entry> entries = new ArrayList<>();
        entries.add(new Entry.Commit(
                vote.generation(),
                vote.step(),
                vote.hash(),
                vote.planVersion(),
                Cursor.split(taken.ranges(), plan.shares().counts(taken.count())),
                taken.dropped(),
                vote.totals().sampleDigest(),
                vote.skipped(),
                vote.totals().lossSum()));
        cursor = taken.after();
        committed = vote.step();
        committedHash = vote.hash();
        samples += vote.totals().samples();
        lastCommitNanos = nowNanos;
        ballot().forget(committed);
        controller.committed(cast);
        if (vote.barrier()) controller.paused(nowNanos - voteNanos);

        List<CoordinatorAction> then = new ArrayList<>();
        if (vote.barrier() || controller.eventDue(nowNanos)) {
            double left = goals.secondsLeft(
                    newest,
                    committed,
                    cursor,
                    rhythm.data(),
                    trainingSeconds(nowNanos),
                    samples - terms.samplesBefore());
            then.add(new CoordinatorAction.Tell(
                    controller.event(vote, epoch, progress(taken), samples, left, nowNanos)));
        }
        if (!metrics.isEmpty()) {
            entries.add(new Entry.Evaluated(committed, metrics));
            then.add(new CoordinatorAction.Tell(
                    new Event.Evaluated(committed, epoch, trainingSeconds(nowNanos), metrics)));
        }
        decide(vote, entries, then, nowNanos);
        if (!metrics.isEmpty()) {
            goals.reachedBy(metrics)
                    .ifPresent(goal -> plan(
                            newest.withStop(new Stop(committed, Long.MAX_VALUE, goal)),
                            committed + 1,
                            goal,
                            entries,
                            then));
        }
        then.addAll(toAll(new ToWorker.Committed(vote.generation(), committed)));
        List<CoordinatorAction> actions = new ArrayList<>();
        actions.add(new CoordinatorAction.Append(entries, then));
        actions.addAll(registerStored());
        return actions;
    }

    private double progress(Cursor.Taken taken) {
        return taken.after().epoch() > taken.epoch()
                ? 1
                : (double) taken.after().next() / rhythm.data().samples();
    }

    /** At a window's end the policy decides; a change is in force a fixed number of steps later (see the decision record on plans). */
    private void decide(ToCoordinator.Vote vote, List<Entry> entries, List<CoordinatorAction> then, long nowNanos) {
        Controller.Verdict verdict = controller.decide(committed, newest, nowNanos);
        if (verdict == null) return;
        entries.add(new Entry.Decided(committed, newest, verdict.seen(), verdict.decision()));
        then.add(new CoordinatorAction.Tell(new Event.WindowMeasured(verdict.seen())));
        then.add(new CoordinatorAction.Tell(new Event.Decided(committed, newest, verdict.decision())));
        if (!verdict.decision().changes(newest)) return;
        long from = committed + (vote.barrier() ? 1 : rhythm.window() + 1L);
        plan(verdict.decision().plan(), from, verdict.decision().reason(), entries, then);
        controller.changed(newest);
    }

    private void plan(Plan wished, long from, String reason, List<Entry> entries, List<CoordinatorAction> then) {
        newest = wished.succeeding(newest, from);
        plans.put(newest.version(), newest);
        entries.add(new Entry.Planned(newest, reason));
        then.add(new CoordinatorAction.Tell(new Event.PlanChanged(newest, reason)));
        then.addAll(toAll(new ToWorker.Planned(newest)));
    }

    private List<CoordinatorAction> stored(ToCoordinator.Stored checkpoint) {
        if (!current(checkpoint.generation())) return List.of();
        stored.put(checkpoint.step(), checkpoint);
        List<CoordinatorAction> actions = new ArrayList<>(registerStored());
        actions.addAll(finishIfDone());
        return actions;
    }

    /** A checkpoint is registered only once its step is committed with the same hash (rule 17). */
    private List<CoordinatorAction> registerStored() {
        List<CoordinatorAction> actions = new ArrayList<>();
        while (!stored.isEmpty() && stored.firstKey() <= committed) {
            ToCoordinator.Stored done = stored.pollFirstEntry().getValue();
            if (done.step() <= checkpointed) continue;
            checkpointed = done.step();
            actions.add(new CoordinatorAction.Append(
                    List.of(new Entry.Checkpoint(done.step(), done.hash(), done.directory(), done.manifestSha256())),
                    List.of(new CoordinatorAction.Tell(new Event.CheckpointStored(done.step(), done.directory())))));
        }
        return actions;
    }

    private List<CoordinatorAction> finishIfDone() {
        if (phase != Phase.TRAINING || checkpointed != committed) return List.of();
        List<Evaluation> metrics = ballot().evaluation(committed);
        if (metrics == null || !finalMetrics(metrics)) return List.of();
        phase = Phase.FINISHING;
        String stoppedBy = goals.reachedBy(newest, committed);
        String status = newest.stop().isInterrupt() ? "interrupted" : "done";
        List<Entry> entries = new ArrayList<>();
        List<CoordinatorAction> then = new ArrayList<>();
        if (!metrics.isEmpty()) {
            entries.add(new Entry.Evaluated(committed, metrics));
            then.add(new CoordinatorAction.Tell(new Event.Evaluated(committed, cursor.epoch(), 0, metrics)));
        }
        entries.add(new Entry.Finished(status, committed, committedHash, stoppedBy));
        then.addAll(toAll(new ToWorker.Finish(status)));
        then.add(new CoordinatorAction.End(status, stoppedBy, 0, stoppedBy));
        return List.of(new CoordinatorAction.Append(entries, then));
    }

    private boolean finalMetrics(List<Evaluation> metrics) {
        return newest.stop().isInterrupt()
                || metrics.stream().anyMatch(set -> set.set().equals("train"));
    }

    private List<CoordinatorAction> broken(WorkerId from, ToCoordinator.Broken broken) {
        if (phase == Phase.FINISHING || !broken.generation().equals(world().generation())) return List.of();
        return end(
                "failed", 3, "worker " + from + " could not complete step " + broken.step() + ": " + broken.reason());
    }

    private List<CoordinatorAction> failed(WorkerId from, ToCoordinator.Failed failed) {
        return end("failed", failed.exitCode(), "worker " + from + ": " + failed.reason());
    }

    /** A worker's connection closed. */
    public List<CoordinatorAction> lost(WorkerId worker, String reason, long nowNanos) {
        if (phase == Phase.ENDED || phase == Phase.FINISHING) return List.of();
        boolean member = world != null && world.rankOf(worker) >= 0;
        boolean candidate = candidates.remove(worker) != null;
        if (!member && !candidate) return List.of();
        return end("failed", 3, "worker " + worker + " is gone after step " + committed + " (" + reason + ")");
    }

    /** Somebody wants the run to end now, keeping what it has. */
    public List<CoordinatorAction> interrupt() {
        if (phase == Phase.ENDED || phase == Phase.FINISHING) return List.of();
        if (phase != Phase.TRAINING) return end("interrupted", 0, "interrupted before training started");
        return stopSoon("interrupted");
    }

    private List<CoordinatorAction> stopSoon(String reason) {
        if (newest.stop().isInterrupt()) return List.of();
        Stop stop = reason.equals("interrupted") ? Stop.interrupted() : new Stop(0, 0, reason);
        List<Entry> entries = new ArrayList<>();
        List<CoordinatorAction> then = new ArrayList<>();
        plan(newest.withStop(stop), 0, reason, entries, then);
        return List.of(new CoordinatorAction.Append(entries, then));
    }

    /** Time passes: deadlines of joining, of progress, and of the run. */
    public List<CoordinatorAction> tick(long nowNanos) {
        double waited = (nowNanos - (phase == Phase.TRAINING ? progressNanos : startedNanos)) * 1e-9;
        if (phase == Phase.GATHERING && waited > terms.joinSeconds()) {
            return end(
                    "failed",
                    3,
                    "only " + candidates.size() + " of " + terms.workers() + " workers joined within "
                            + Math.round(terms.joinSeconds()) + " s");
        }
        if (phase == Phase.INSTALLING && waited > 2 * terms.joinSeconds()) {
            return end(
                    "failed",
                    3,
                    "only " + installedCount + " of " + terms.workers() + " workers could link up in time");
        }
        if (phase != Phase.TRAINING) return List.of();
        if (waited > terms.stallSeconds()) {
            return end(
                    "failed",
                    3,
                    "no worker has said anything for " + Math.round(waited) + " s after step " + committed);
        }
        if (trainingSeconds(nowNanos) >= goals.maxSeconds() && newest.stop().afterStep() != 0)
            return stopSoon("max-seconds");
        return List.of();
    }

    /** The run cannot go on: seal what is open; the ledger stays unfinished, so that the run can be resumed. */
    public List<CoordinatorAction> end(String status, int exitCode, String reason) {
        if (phase == Phase.ENDED) return List.of();
        boolean sealed = phase == Phase.TRAINING;
        phase = Phase.ENDED;
        List<CoordinatorAction> then = new ArrayList<>();
        if (world != null) then.addAll(toAll(new ToWorker.Sealed(world.generation(), reason)));
        for (WorkerId worker : pids.keySet())
            then.add(new CoordinatorAction.Send(worker, new ToWorker.Refused(reason)));
        then.add(new CoordinatorAction.End(status, reason, exitCode, reason));
        if (!sealed) return then;
        return List.of(new CoordinatorAction.Append(List.of(new Entry.Seal(world().generation(), reason)), then));
    }

    private List<CoordinatorAction> toAll(ToWorker message) {
        List<CoordinatorAction> sends = new ArrayList<>();
        for (Member member : world().members()) sends.add(new CoordinatorAction.Send(member.id(), message));
        return sends;
    }

    private World world() {
        if (world == null) throw new IllegalStateException("no world yet");
        return world;
    }

    private Ballot ballot() {
        if (ballot == null) throw new IllegalStateException("no world yet");
        return ballot;
    }
}
