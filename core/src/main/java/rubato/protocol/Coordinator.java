package rubato.protocol;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import rubato.event.Event;
import rubato.history.Entry;
import rubato.plan.Plan;
import rubato.plan.Shares;
import rubato.plan.Stop;
import rubato.step.Cursor;
import rubato.step.StateName;
import rubato.step.StepTimes;
import rubato.world.Generation;
import rubato.world.Member;
import rubato.world.WorkerId;
import rubato.world.World;

/**
 * The coordinator's side of the step, commit and generation protocol, pure: events in, actions out. State changes when an
 * entry is appended; nobody is told before it is durable.
 *
 * <p>A change of membership goes through the phases in order: the old generation is sealed and everyone says what it holds
 * (rule 8); a base is chosen (9) and installed by all of the new world (10), who then link up; the activation makes it durable
 * (11). Whoever is lost or late on the way starts the next attempt, under the next generation number.
 */
public final class Coordinator {
    private enum Phase {
        GATHERING,
        SEALING,
        INSTALLING,
        LINKING,
        TRAINING,
        FINISHING,
        ENDED
    }

    private static final long SECOND = 1_000_000_000L;
    private static final long REATTACH_NANOS = 2 * SECOND;
    private static final long LINK_NANOS = 5 * SECOND;
    /** A joiner whose state is smaller takes it over while all wait: that is quicker than to follow. */
    private static final long FOLLOW_BYTES = 64 << 10;

    /** A step is announced so long before it is done, for all members to hear of it in time. */
    private static final long FREEZE_NANOS = SECOND / 4;

    private static final long FOLLOW_NANOS = 30 * SECOND;

    private final RunTerms terms;
    private final Roster roster;
    private final Committer committer;
    private final Accounts accounts;
    private final Liveness liveness = new Liveness();
    private final Complaints complaints = new Complaints();
    private final Map<WorkerId, Integer> expulsions = new HashMap<>();
    private final Gone gone = new Gone();
    private final Offenders offenders = new Offenders();
    /** Who is to become a member by the present change; nobody if it is made because one was lost. */
    private final Set<WorkerId> invited = new HashSet<>();

    private Phase phase = Phase.GATHERING;
    private long phaseNanos;
    private long number;
    private long initialHash;
    private int passedOver;
    private boolean recomputedOtherwise;
    private boolean anyStores;
    private boolean relinked;
    private boolean trained;
    private boolean stopWanted;
    private String lastLoss = "none was lost";
    private @Nullable World last;
    private @Nullable World proposal;
    private @Nullable Plan proposedPlan;
    private @Nullable Base base;
    /** What was proposed in the present change, newest last: whoever installed it holds it still. */
    private final List<Base> proposals = new ArrayList<>();

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
        this.terms = terms;
        this.accounts = accounts;
        this.roster = new Roster(accounts.scaled().orElse(terms.workers()), terms.min(), terms.max());
        this.committer = new Committer(accounts, rhythm, goals, controller, plan);
        this.last = terms.last();
        this.initialHash = accounts.committed().hash();
        this.phaseNanos = nowNanos;
        if (last != null) committer.reopen(last);
    }

    public Accounts accounts() {
        return accounts;
    }

    /** What all ranks sent for the steps committed here, payload bytes. */
    public long sentBytes() {
        return committer.sentBytes();
    }

    /** How much less that is than uncompressed. */
    public long savedBytes() {
        return committer.savedBytes();
    }

    /** Seconds from the first activation to the last commit. */
    public double committingSeconds() {
        return committer.committingSeconds();
    }

    public List<CoordinatorAction> on(WorkerId from, ToCoordinator message, long nowNanos) {
        if (phase == Phase.ENDED) return List.of();
        if (message instanceof ToCoordinator.Hello hello) return hello(hello, nowNanos);
        Peer peer = roster.of(from);
        if (peer == null) return List.of();
        peer.heardNanos = nowNanos;
        if (message instanceof ToCoordinator.Join join) return join(peer, join, nowNanos);
        if (message instanceof ToCoordinator.Beat beat) return beat(peer, beat, nowNanos);
        if (message instanceof ToCoordinator.Failed failed) return failed(peer, failed, nowNanos);
        if (message instanceof ToCoordinator.Followed) return followed(peer);
        if (message instanceof ToCoordinator.Leave) return leave(peer);
        if (message instanceof ToCoordinator.Vote vote) return voted(peer, vote, nowNanos);
        if (message instanceof ToCoordinator.Evaluated part) return evaluated(peer, part, nowNanos);
        if (message instanceof ToCoordinator.StoredPart part)
            return isOwn(part.generation()) ? committer.storedPart(from, part) : List.of();
        if (message instanceof ToCoordinator.Stored checkpoint)
            return isOwn(checkpoint.generation()) ? stored(checkpoint) : List.of();
        if (message instanceof ToCoordinator.NotStored not)
            return isOwn(not.generation()) ? committer.notStored(from, not, nowNanos) : List.of();
        if (message instanceof ToCoordinator.Corrupted corrupted) return corrupted(peer, corrupted, nowNanos);
        if (message instanceof ToCoordinator.Broken broken) return broken(peer, broken, nowNanos);
        if (message instanceof ToCoordinator.AtRest rest) return atRest(peer, rest, nowNanos);
        if (message instanceof ToCoordinator.Installed installed) return installed(peer, installed, nowNanos);
        if (message instanceof ToCoordinator.NotInstalled not) return notInstalled(peer, not, nowNanos);
        if (message instanceof ToCoordinator.Linked linked) return linked(peer, linked.generation(), nowNanos);
        return List.of();
    }

    private List<CoordinatorAction> hello(ToCoordinator.Hello hello, long nowNanos) {
        if (!hello.software().equals(terms.software())) {
            return refuse(
                    hello.worker(),
                    "worker " + hello.worker() + " runs " + hello.software() + ", the run " + terms.software());
        }
        if (phase == Phase.FINISHING) return refuse(hello.worker(), "the run is over");
        List<CoordinatorAction> actions = new ArrayList<>(replaced(hello.worker(), nowNanos));
        roster.add(new Peer(hello.worker(), hello.pid(), hello.standby(), nowNanos));
        actions.add(new CoordinatorAction.Send(hello.worker(), new ToWorker.Welcome(terms.config())));
        return actions;
    }

    /** A restart is a new incarnation: whoever bears the name of a worker that was started anew is gone, or must go. */
    private List<CoordinatorAction> replaced(WorkerId by, long nowNanos) {
        List<CoordinatorAction> actions = new ArrayList<>();
        for (Peer peer : List.copyOf(roster.all())) {
            if (!peer.id.name().equals(by.name()) || peer.id.equals(by)) continue;
            String reason = "worker " + by + " was started anew";
            actions.add(new CoordinatorAction.Send(peer.id, new ToWorker.Refused(reason)));
            actions.addAll(lost(peer.id, reason, nowNanos));
        }
        return actions;
    }

    private List<CoordinatorAction> refuse(WorkerId worker, String reason) {
        roster.remove(worker);
        return List.of(
                new CoordinatorAction.Send(worker, new ToWorker.Refused(reason)),
                new CoordinatorAction.Tell(new Event.Warning("refused: " + reason)));
    }

    private List<CoordinatorAction> join(Peer peer, ToCoordinator.Join join, long nowNanos) {
        Optional<String> difference = difference(join);
        if (difference.isPresent()) return refuse(peer.id, difference.get());
        if (initialHash == 0 && join.state().step() == 0)
            initialHash = join.state().hash();
        peer.member = join.self();
        peer.stores = join.stores();
        peer.suspect = false;
        peer.stateBytes = join.stateBytes();
        peer.followingSince = Long.MIN_VALUE;
        peer.followed = false;
        peer.state = join.state();
        peer.does(Activity.IDLE, nowNanos);
        List<CoordinatorAction> actions = new ArrayList<>();
        actions.add(new CoordinatorAction.Tell(new Event.WorkerJoined(peer.id.name(), peer.pid)));
        if (phase == Phase.TRAINING && world().rankOf(peer.id) >= 0) {
            actions.addAll(change("worker " + peer.id + " came back", nowNanos));
        }
        if (phase == Phase.GATHERING) actions.addAll(formIfEnough(nowNanos));
        if (phase == Phase.SEALING) actions.addAll(formIfAllAtRest(nowNanos));
        return actions;
    }

    private Optional<String> difference(ToCoordinator.Join join) {
        Map<String, String> theirs = new HashMap<>();
        join.fingerprints().forEach(f -> theirs.put(f.key(), f.value()));
        for (ToCoordinator.Fingerprint ours : terms.fingerprints()) {
            String value = theirs.get(ours.key());
            if (!ours.value().equals(value)) {
                return Optional.of("worker " + join.self().id() + " differs in " + ours.key() + ": it has " + value
                        + ", the run " + ours.value());
            }
        }
        boolean sameStart = accounts.committed().step() > 0
                || join.state().step() > 0
                || initialHash == 0
                || initialHash == join.state().hash();
        return sameStart
                ? Optional.empty()
                : Optional.of("worker " + join.self().id() + " starts from " + join.state() + ", the run from "
                        + Long.toHexString(initialHash));
    }

    private List<CoordinatorAction> beat(Peer peer, ToCoordinator.Beat beat, long nowNanos) {
        peer.activity = beat.activity();
        peer.step = beat.step();
        peer.sinceNanos = nowNanos - beat.sinceNanos();
        return List.of();
    }

    // --- training

    private List<CoordinatorAction> voted(Peer peer, ToCoordinator.Vote vote, long nowNanos) {
        World known = last;
        int rank = known == null ? -1 : known.rankOf(peer.id);
        if (rank < 0 || known == null || !vote.generation().equals(known.generation())) return List.of();
        committer.vote(rank, vote, nowNanos);
        return phase == Phase.TRAINING ? commitAll(nowNanos) : List.of();
    }

    private List<CoordinatorAction> evaluated(Peer peer, ToCoordinator.Evaluated part, long nowNanos) {
        if (!isCurrent(part.generation())) return List.of();
        committer.evaluated(world().rankOf(peer.id), part, nowNanos);
        return commitAll(nowNanos);
    }

    /** Checkpoints begun under an earlier coordinator do not count: this one has cleared away what it did not know of. */
    private boolean isOwn(Generation generation) {
        return generation.term() == terms.term();
    }

    private List<CoordinatorAction> stored(ToCoordinator.Stored checkpoint) {
        List<CoordinatorAction> actions = new ArrayList<>(committer.stored(checkpoint));
        actions.addAll(finishIfDone());
        return actions;
    }

    private boolean isCurrent(Generation generation) {
        return phase == Phase.TRAINING && generation.equals(world().generation());
    }

    /** Commits every step whose votes (and, where it evaluates, metrics) are all here, in order (rule 6). */
    private List<CoordinatorAction> commitAll(long nowNanos) {
        List<CoordinatorAction> actions = new ArrayList<>(committer.owedMetrics(world(), nowNanos));
        while (true) {
            List<ToCoordinator.Vote> cast = committer.complete();
            if (cast == null) break;
            String disagreement = Ballot.disagreement(cast);
            if (disagreement != null) {
                actions.addAll(change(disagreement, nowNanos));
                return actions;
            }
            if (committer.metrics(cast) == null) break;
            liveness.committed(slowest(cast), longest(cast));
            actions.addAll(committer.commit(world(), cast, nowNanos));
            Optional<WorkerId> offender =
                    offenders.committed(world(), cast.get(0).step(), cast.get(0).nonFinite());
            if (offender.isPresent()) {
                actions.addAll(offended(offender.get(), nowNanos));
                return actions;
            }
        }
        actions.addAll(finishIfDone());
        return actions;
    }

    private List<CoordinatorAction> offended(WorkerId offender, long nowNanos) {
        Peer peer = roster.of(offender);
        if (peer == null) return List.of();
        String reason = "its contributions alone were not finite in " + Offenders.TIMES + " of the last "
                + Offenders.WINDOW + " steps";
        return expel(peer, reason, nowNanos);
    }

    /** Rule 3: it contributes nothing, and comes back with what its peers hold. */
    private List<CoordinatorAction> corrupted(Peer peer, ToCoordinator.Corrupted corrupted, long nowNanos) {
        List<CoordinatorAction> actions = new ArrayList<>();
        actions.add(new CoordinatorAction.Tell(new Event.Warning("worker " + peer.id + ": " + corrupted.reason())));
        actions.addAll(expel(peer, corrupted.reason(), nowNanos));
        return actions;
    }

    private static long longest(List<ToCoordinator.Vote> cast) {
        long longest = 0;
        for (ToCoordinator.Vote vote : cast) {
            StepTimes times = vote.times();
            longest = Math.max(
                    longest, times.computeNanos() + times.waitNanos() + times.wireNanos() + times.applyNanos());
        }
        return longest;
    }

    private static long slowest(List<ToCoordinator.Vote> cast) {
        long slowest = 0;
        for (ToCoordinator.Vote vote : cast) {
            slowest =
                    Math.max(slowest, vote.times().computeNanos() + vote.times().applyNanos());
        }
        return slowest;
    }

    private List<CoordinatorAction> finishIfDone() {
        if (phase != Phase.TRAINING) return List.of();
        Optional<Entry.Finished> end = committer.finished();
        if (end.isEmpty()) return List.of();
        phase = Phase.FINISHING;
        Entry.Finished finished = end.get();
        List<CoordinatorAction> then = new ArrayList<>(committer.lastMetrics());
        for (Peer peer : roster.all())
            then.add(new CoordinatorAction.Send(peer.id, new ToWorker.Finish(finished.status())));
        then.add(new CoordinatorAction.End(finished.status(), finished.reason(), 0, finished.reason()));
        List<Entry> entries = new ArrayList<>(committer.lastEntries());
        entries.add(finished);
        return List.of(new CoordinatorAction.Append(entries, then));
    }

    // --- changes

    /** Seals the present generation: nothing more completes in it but what was completed before everyone said so. */
    private List<CoordinatorAction> change(String reason, long nowNanos) {
        if (phase != Phase.TRAINING) return List.of();
        enter(Phase.SEALING, nowNanos);
        proposals.clear();
        invited.clear();
        roster.all().forEach(peer -> peer.failures = 0);
        passedOver = 0;
        relinked = false;
        Generation sealed = world().generation();
        List<CoordinatorAction> then = new ArrayList<>();
        then.add(new CoordinatorAction.Tell(new Event.GenerationSealed(
                sealed.toString(), accounts.committed().step(), reason)));
        for (Member member : world().members())
            then.add(new CoordinatorAction.Send(member.id(), new ToWorker.Sealed(sealed, reason)));
        return List.of(new CoordinatorAction.Append(List.of(new Entry.Seal(sealed, reason)), then));
    }

    private List<CoordinatorAction> broken(Peer peer, ToCoordinator.Broken broken, long nowNanos) {
        World proposed = proposal;
        if (phase == Phase.LINKING && proposed != null && broken.generation().equals(proposed.generation())) {
            complaints.add(proposed.rankOf(peer.id), broken.peerRank());
            peer.state = broken.state();
            peer.linked = true;
            return linkedByAll(nowNanos);
        }
        if (last == null || !broken.generation().equals(world().generation())) return List.of();
        List<CoordinatorAction> actions = new ArrayList<>();
        if (phase == Phase.TRAINING) {
            String reason = "worker " + peer.id + " could not complete step "
                    + (broken.state().step() + 1) + ": " + broken.reason();
            actions.addAll(change(reason, nowNanos));
        }
        if (phase != Phase.SEALING) return actions;
        peer.state = broken.state();
        actions.addAll(formIfAllAtRest(nowNanos));
        return actions;
    }

    private List<CoordinatorAction> atRest(Peer peer, ToCoordinator.AtRest rest, long nowNanos) {
        if (phase != Phase.SEALING || !rest.generation().equals(world().generation()) || !peer.joined())
            return List.of();
        peer.state = rest.state();
        return formIfAllAtRest(nowNanos);
    }

    private List<CoordinatorAction> formIfAllAtRest(long nowNanos) {
        for (Member member : world().members()) {
            Peer peer = roster.of(member.id());
            if (peer != null && peer.joined() && peer.state == null) return List.of();
        }
        return form(nowNanos);
    }

    private List<CoordinatorAction> formIfEnough(long nowNanos) {
        int ready = roster.next(last, nowNanos).size();
        boolean patient = nowNanos - phaseNanos <= patience();
        boolean missed = last != null && !trained && !isEveryoneBack();
        if (ready < terms.min() || missed && patient) return List.of();
        boolean enough = last != null || trained || ready >= Math.min(roster.target(), terms.max()) || !patient;
        return enough ? form(nowNanos) : List.of();
    }

    private long patience() {
        return last != null ? REATTACH_NANOS : (long) (terms.joinSeconds() * SECOND);
    }

    /** Whether all members of an earlier coordinator's last generation have come back. */
    private boolean isEveryoneBack() {
        return last != null
                && last.members().stream().allMatch(m -> {
                    Peer peer = roster.of(m.id());
                    return peer != null && peer.joined();
                });
    }

    /** Proposes the next world and its base, or pauses for want of workers. */
    private List<CoordinatorAction> form(long nowNanos) {
        List<CoordinatorAction> actions = new ArrayList<>();
        List<Member> members = nextMembers(nowNanos);
        if (members.size() < terms.min()) {
            actions.addAll(releaseLeavers(members));
            actions.addAll(pause(members.size(), nowNanos));
            return actions;
        }
        enter(Phase.INSTALLING, nowNanos);
        recomputedOtherwise = false;
        complaints.clear();
        World next = new World(new Generation(terms.term(), ++number), members);
        base = chooseBase();
        proposal = next;
        proposedPlan = planFor(next, base.name());
        for (Member member : members) {
            Peer peer = peer(member);
            peer.installed = false;
            peer.linked = false;
            peer.unable = false;
            peer.does(Activity.INSTALLING, nowNanos);
        }
        boolean evaluate = committer.owes(base);
        boolean store = committer.owesCheckpoint(base);
        Recipe recipe = base.holders().isEmpty() ? accounts.recipe(passedOver) : Recipe.NONE;
        List<Member> holders = base.holders().stream().map(Peer::reached).toList();
        for (Member member : members) {
            actions.add(new CoordinatorAction.Send(
                    member.id(),
                    new ToWorker.Install(
                            next,
                            base.name(),
                            proposedPlan,
                            accounts.checkpointed(),
                            evaluate,
                            store,
                            storers(members),
                            holders,
                            recipe)));
        }
        return actions;
    }

    /**
     * Who is left of the last world, and whoever is invited: a loss is got over by those who have the state, the others come later, in
     * order. Everyone there is, if they are too few.
     */
    private List<Member> nextMembers(long nowNanos) {
        World before = last;
        if (before == null) return roster.next(null, nowNanos);
        List<Member> members =
                roster.next(before, nowNanos, peer -> before.rankOf(peer.id) >= 0 || invited.contains(peer.id));
        return members.size() >= terms.min() ? members : roster.next(before, nowNanos);
    }

    /** The ranks that share the run's file system. */
    private List<Integer> storers(List<Member> members) {
        List<Integer> ranks = new ArrayList<>();
        for (int rank = 0; rank < members.size(); rank++) if (peer(members.get(rank)).stores) ranks.add(rank);
        anyStores = !ranks.isEmpty();
        return ranks;
    }

    private Base chooseBase() {
        StateName committed = committedName();
        Optional<Base> chosen = Base.choose(committed, last, proposals, roster.all(), committer);
        Base next = chosen.orElseGet(() -> new Base(committed, List.of(), List.of(), null));
        proposals.add(next);
        return next;
    }

    private StateName committedName() {
        StateName name = accounts.committed();
        return name.hash() != 0 ? name : new StateName(name.lineage(), name.generation(), name.step(), initialHash);
    }

    private Plan planFor(World next, StateName from) {
        Plan newest = committer.newest();
        World before = last;
        if (before == null && newest.shares().ranks() == next.size()) return newest;
        int[] old = new int[next.size()];
        for (int rank = 0; rank < old.length; rank++) {
            int was = before == null
                    ? rank
                    : before.rankOf(next.members().get(rank).id());
            old[rank] = was < newest.shares().ranks() ? was : -1;
        }
        Shares shares = newest.shares().reassigned(old);
        Plan plan = newest.withShares(shares);
        return before == null ? plan : plan.succeeding(newest, from.step() + 1);
    }

    private List<CoordinatorAction> pause(int workers, long nowNanos) {
        boolean wasTraining = phase != Phase.GATHERING;
        if (wasTraining) enter(Phase.GATHERING, nowNanos);
        proposal = null;
        if (workers < terms.min() && !terms.expectsWorkers()) {
            return end("failed", 3, "only " + workers + " of at least " + terms.min() + " workers left: " + lastLoss);
        }
        return wasTraining ? List.of(new CoordinatorAction.Tell(new Event.Paused(workers, terms.min()))) : List.of();
    }

    private List<CoordinatorAction> installed(Peer peer, ToCoordinator.Installed installed, long nowNanos) {
        World proposed = proposal;
        if (phase == Phase.INSTALLING || phase == Phase.LINKING) peer.state = installed.state();
        if (phase != Phase.INSTALLING || proposed == null || base == null) return List.of();
        if (!installed.generation().equals(proposed.generation())) return List.of();
        peer.installed = Base.same(installed.state(), base.name());
        if (!peer.installed) return List.of();
        peer.does(Activity.IDLE, nowNanos);
        if (!proposed.members().stream().allMatch(m -> peer(m).installed)) return handOver(proposed, nowNanos);
        enter(Phase.LINKING, nowNanos);
        return toAll(proposed, new ToWorker.Link(proposed.generation()));
    }

    private List<CoordinatorAction> notInstalled(Peer peer, ToCoordinator.NotInstalled not, long nowNanos) {
        World proposed = proposal;
        if (phase == Phase.INSTALLING || phase == Phase.LINKING) peer.state = not.state();
        if (phase != Phase.INSTALLING || proposed == null || base == null) return List.of();
        if (!not.generation().equals(proposed.generation())) return List.of();
        List<CoordinatorAction> actions = new ArrayList<>();
        actions.add(new CoordinatorAction.Tell(new Event.Warning("worker " + peer.id + ": " + not.reason())));
        peer.unable = true;
        recomputedOtherwise |= not.recomputed();
        if (!base.holders().isEmpty()) {
            if (++peer.failures > 1) backOff(peer, nowNanos);
        } else if (proposed.members().stream().anyMatch(m -> !peer(m).unable)) {
            actions.addAll(handOver(proposed, nowNanos));
            return actions;
        } else if (recomputedOtherwise) {
            actions.addAll(rollback(not.reason()));
        } else if (accounts.hasRecipe(passedOver + 1)) {
            passedOver++;
        } else if (proposed.size() < roster.target() && terms.expectsWorkers()) {
            passedOver = 0;
            for (Member member : proposed.members()) backOff(peer(member), nowNanos);
        } else {
            actions.addAll(end("failed", 1, not.reason()));
            return actions;
        }
        actions.addAll(form(nowNanos));
        return actions;
    }

    /** Once each has made the base by its recipe or could not, those who have it hand it over to the rest. */
    private List<CoordinatorAction> handOver(World proposed, long nowNanos) {
        boolean all = proposed.members().stream().allMatch(m -> peer(m).installed || peer(m).unable);
        boolean some = proposed.members().stream().anyMatch(m -> peer(m).installed);
        return all && some ? form(nowNanos) : List.of();
    }

    /** Recorded steps cannot be made again: history after the checkpoint is given up, in the open (rule 16). */
    private List<CoordinatorAction> rollback(String reason) {
        long to = accounts.recipeFrom(passedOver);
        Entry entry = new Entry.Rollback(accounts.committed().lineage() + 1, to, reason);
        committer.rollback(entry);
        proposals.clear();
        return List.of(new CoordinatorAction.Append(
                List.of(entry),
                List.of(new CoordinatorAction.Tell(new Event.Warning("rolled back to step " + to + ": " + reason)))));
    }

    private List<CoordinatorAction> linked(Peer peer, Generation generation, long nowNanos) {
        World proposed = proposal;
        if (phase != Phase.LINKING || proposed == null || !generation.equals(proposed.generation())) return List.of();
        peer.linked = true;
        return linkedByAll(nowNanos);
    }

    private List<CoordinatorAction> linkedByAll(long nowNanos) {
        World proposed = proposed();
        for (Member member : proposed.members()) if (!peer(member).linked) return List.of();
        if (complaints.isEmpty()) return activate(nowNanos);
        return relink(nowNanos);
    }

    /** A closed link alone is a complaint: one more try, then whoever must go goes. */
    private List<CoordinatorAction> relink(long nowNanos) {
        World proposed = proposed();
        if (relinked) {
            for (int rank : complaints.cover(proposed.size()))
                backOff(peer(proposed.members().get(rank)), nowNanos);
        }
        relinked = !relinked;
        return form(nowNanos);
    }

    private List<CoordinatorAction> activate(long nowNanos) {
        World next = proposed();
        Base from = base();
        Plan plan = proposedPlan == null ? committer.newest() : proposedPlan;
        enter(Phase.TRAINING, nowNanos);
        Entry entry = new Entry.Activate(next, from.name(), plan, from.completed());
        committer.activated(next, entry, from, plan, nowNanos);
        List<Entry> marked = committer.marksUpTo(from.name().step());
        last = next;
        proposal = null;
        trained = true;
        List<Peer> members = new ArrayList<>();
        for (Member member : next.members()) {
            Peer peer = peer(member);
            peer.state = null;
            peer.does(Activity.IDLE, nowNanos);
            members.add(peer);
        }
        liveness.started(members, nowNanos);
        List<String> names = next.members().stream().map(m -> m.id().name()).toList();
        List<CoordinatorAction> then = new ArrayList<>();
        then.add(new CoordinatorAction.Tell(
                new Event.GenerationStarted(next.generation().toString(), names, plan)));
        then.addAll(toAll(next, new ToWorker.Activated(next.generation())));
        then.addAll(releaseLeavers(next.members()));
        List<CoordinatorAction> actions = new ArrayList<>();
        List<Entry> entries = new ArrayList<>(List.of(entry));
        entries.addAll(marked);
        actions.add(new CoordinatorAction.Append(entries, then));
        if (stopWanted) actions.addAll(stopSoon(Stop.interrupted(), "interrupted"));
        return actions;
    }

    /** Those who asked to leave and are in no world any more may go. */
    private List<CoordinatorAction> releaseLeavers(List<Member> staying) {
        List<CoordinatorAction> actions = new ArrayList<>();
        for (Peer peer : List.copyOf(roster.all())) {
            if (peer.leaving && staying.stream().noneMatch(m -> m.id().equals(peer.id))) actions.addAll(release(peer));
        }
        return actions;
    }

    private List<CoordinatorAction> release(Peer peer) {
        roster.remove(peer.id);
        gone.left(peer);
        return List.of(
                new CoordinatorAction.Send(peer.id, new ToWorker.Released(false, "left")),
                new CoordinatorAction.Tell(new Event.WorkerLeft(peer.id.name(), "left")));
    }

    // --- workers that go

    private List<CoordinatorAction> failed(Peer peer, ToCoordinator.Failed failed, long nowNanos) {
        boolean hopeless = failed.exitCode() == 2 || failed.exitCode() == 4 || !trained;
        if (hopeless) return end("failed", failed.exitCode(), "worker " + peer.id + ": " + failed.reason());
        return lost(peer.id, failed.reason(), nowNanos);
    }

    private List<CoordinatorAction> leave(Peer peer) {
        peer.leaving = true;
        boolean counted = phase != Phase.GATHERING && (isIn(last, peer) || isIn(proposal, peer));
        return counted ? List.of() : release(peer);
    }

    private static boolean isIn(@Nullable World world, Peer peer) {
        return world != null && world.rankOf(peer.id) >= 0;
    }

    /** A worker's connection closed, or its process ended. */
    public List<CoordinatorAction> lost(WorkerId worker, String reason, long nowNanos) {
        if (phase == Phase.ENDED || phase == Phase.FINISHING) return List.of();
        Peer peer = roster.remove(worker);
        if (peer == null) return List.of();
        gone.died(peer);
        relinked = false;
        List<CoordinatorAction> actions = new ArrayList<>();
        String what = "worker " + worker + " is gone after step "
                + accounts.committed().step() + " (" + reason + ")";
        actions.add(new CoordinatorAction.Tell(new Event.WorkerLeft(worker.name(), reason)));
        lastLoss = what;
        if (!trained && !terms.expectsWorkers() && last == null) {
            actions.addAll(end("failed", 3, what));
            return actions;
        }
        actions.addAll(without(peer, what, nowNanos));
        return actions;
    }

    /** Goes on without a worker that is not to be waited for. */
    private List<CoordinatorAction> without(Peer peer, String reason, long nowNanos) {
        if (isIn(last, peer)) invited.clear();
        World proposed = proposal;
        boolean proposedMember = proposed != null && proposed.rankOf(peer.id) >= 0;
        boolean holder = base != null && base.holders().contains(peer);
        return switch (phase) {
            case TRAINING -> sealAndForm(peer, reason, nowNanos);
            case SEALING -> formIfAllAtRest(nowNanos);
            case INSTALLING -> proposedMember || holder ? form(nowNanos) : List.of();
            case LINKING -> proposedMember ? form(nowNanos) : List.of();
            case GATHERING -> pause(roster.next(last, nowNanos).size(), nowNanos);
            case FINISHING, ENDED -> List.of();
        };
    }

    private List<CoordinatorAction> sealAndForm(Peer peer, String reason, long nowNanos) {
        if (world().rankOf(peer.id) < 0) return List.of();
        List<CoordinatorAction> actions = new ArrayList<>(change(reason, nowNanos));
        actions.addAll(formIfAllAtRest(nowNanos));
        return actions;
    }

    /** Takes a worker out that is connected and not to be counted on; it may join again, later each time. */
    private List<CoordinatorAction> expel(Peer peer, String reason, long nowNanos) {
        backOff(peer, nowNanos);
        peer.member = null;
        peer.suspect = true;
        peer.state = null;
        List<CoordinatorAction> actions = new ArrayList<>();
        actions.add(new CoordinatorAction.Tell(new Event.WorkerLeft(peer.id.name(), reason)));
        actions.add(new CoordinatorAction.Send(peer.id, new ToWorker.Released(true, reason)));
        actions.addAll(without(peer, "worker " + peer.id + ": " + reason, nowNanos));
        return actions;
    }

    private void backOff(Peer peer, long nowNanos) {
        int times = expulsions.merge(peer.id, 1, Integer::sum);
        peer.notBefore = nowNanos + (SECOND / 2 << Math.min(times, 7));
    }

    // --- operators

    /** Wants a worker to leave. @return what to answer the operator first */
    public List<CoordinatorAction> askLeave(String worker, java.util.function.Consumer<ToWorker.Answer> answer) {
        Peer peer = roster.named(worker);
        if (peer == null) {
            answer.accept(new ToWorker.Answer(false, "there is no worker " + worker));
            return List.of();
        }
        answer.accept(new ToWorker.Answer(true, "worker " + worker + " leaves"));
        return leave(peer);
    }

    /** Wants so many workers; those of the highest ranks leave if there are more. */
    public List<CoordinatorAction> askScale(int workers, java.util.function.Consumer<ToWorker.Answer> answer) {
        if (workers < terms.min() || workers > terms.max()) {
            answer.accept(new ToWorker.Answer(
                    false, "workers must be " + terms.min() + ".." + terms.max() + ", was " + workers));
            return List.of();
        }
        if (phase == Phase.FINISHING || phase == Phase.ENDED) {
            answer.accept(new ToWorker.Answer(false, "the run is over"));
            return List.of();
        }
        roster.scale(workers);
        Entry scaled = new Entry.Scaled(workers);
        accounts.add(scaled);
        ToWorker.Answer done = new ToWorker.Answer(true, "the run wants " + workers + " workers");
        List<CoordinatorAction> actions = new ArrayList<>();
        actions.add(new CoordinatorAction.Append(
                List.of(scaled),
                List.of(new CoordinatorAction.Want(workers), new CoordinatorAction.Reply(answer, done))));
        World now = last;
        if (now != null) {
            for (int rank = workers; rank < now.size(); rank++) {
                Peer peer = roster.of(now.members().get(rank).id());
                if (peer != null) actions.addAll(leave(peer));
            }
        }
        return actions;
    }

    /** How the run is. */
    public RunStatus status() {
        String state = switch (phase) {
            case GATHERING -> "paused";
            case FINISHING -> "finished";
            case ENDED -> "failed";
            case SEALING, INSTALLING, LINKING, TRAINING -> "training";
        };
        List<RunStatus.WorkerStatus> workers = new ArrayList<>();
        long step = accounts.committed().step();
        for (Peer peer : roster.all()) {
            int rank = last == null ? -1 : world().rankOf(peer.id);
            step = Math.max(step, peer.step);
            workers.add(RunStatus.WorkerStatus.of(peer, rank, stateOf(peer, rank)));
        }
        workers.addAll(gone.workers());
        String generation = last == null ? "0.0" : world().generation().toString();
        return new RunStatus(
                state,
                step,
                accounts.committed().step(),
                accounts.cursor().epoch(),
                accounts.generations(),
                generation,
                workers,
                List.of());
    }

    private static String stateOf(Peer peer, int rank) {
        if (peer.suspect) return "suspect";
        if (!peer.joined()) return "joining";
        if (peer.leaving) return "draining";
        return rank >= 0 ? "training" : "standby";
    }

    /** Somebody wants the run to end now, keeping what it has. */
    public List<CoordinatorAction> interrupt() {
        if (phase == Phase.ENDED || phase == Phase.FINISHING) return List.of();
        if (phase == Phase.GATHERING) {
            return end("interrupted", 0, trained ? "interrupted while paused" : "interrupted before training started");
        }
        stopWanted = true;
        return phase == Phase.TRAINING ? stopSoon(Stop.interrupted(), "interrupted") : List.of();
    }

    private List<CoordinatorAction> stopSoon(Stop stop, String reason) {
        if (committer.newest().stop().isInterrupt()) return List.of();
        return committer.stop(world(), stop, reason);
    }

    /** Time passes: deadlines of joining, of changes, of members, and of the run. */
    public List<CoordinatorAction> tick(long nowNanos) {
        double waited = (nowNanos - phaseNanos) * 1e-9;
        return switch (phase) {
            case GATHERING -> gathering(waited, nowNanos);
            case SEALING -> sealing(nowNanos);
            case INSTALLING -> installing(nowNanos);
            case LINKING -> nowNanos - phaseNanos > LINK_NANOS ? linkingLate(nowNanos) : List.of();
            case TRAINING -> training(nowNanos);
            case FINISHING, ENDED -> List.of();
        };
    }

    private List<CoordinatorAction> gathering(double waited, long nowNanos) {
        List<CoordinatorAction> formed = formIfEnough(nowNanos);
        if (!formed.isEmpty()) return formed;
        int ready = roster.next(last, nowNanos).size();
        if (!trained && last == null && waited > terms.joinSeconds()) {
            return end(
                    "failed",
                    3,
                    "only " + ready + " of " + terms.workers() + " workers joined within "
                            + Math.round(terms.joinSeconds()) + " s");
        }
        double patience = Math.max(terms.waitSeconds(), trained ? 0 : terms.joinSeconds());
        if (waited <= patience) return List.of();
        return end(
                "failed",
                3,
                "only " + ready + " workers for " + Math.round(waited) + " s after step "
                        + accounts.committed().step() + ", at least " + terms.min() + " needed");
    }

    /** Members that have not said in time what they hold are not waited for. */
    private List<CoordinatorAction> sealing(long nowNanos) {
        List<CoordinatorAction> actions = new ArrayList<>();
        for (Member member : world().members()) {
            Peer peer = roster.of(member.id());
            if (peer == null || !peer.joined() || peer.state != null) continue;
            boolean evaluates =
                    peer.activity == Activity.EVALUATING && nowNanos - peer.heardNanos <= liveness.patienceNanos();
            if (nowNanos - phaseNanos > liveness.patienceNanos() && !evaluates) {
                actions.addAll(expel(peer, "did not stop in time", nowNanos));
            }
        }
        return actions;
    }

    private List<CoordinatorAction> installing(long nowNanos) {
        List<Peer> owing = new ArrayList<>();
        for (Member member : proposed().members()) if (!peer(member).installed) owing.add(peer(member));
        return expelSuspects(owing, nowNanos);
    }

    private List<CoordinatorAction> linkingLate(long nowNanos) {
        for (Member member : List.copyOf(proposed().members())) {
            Peer peer = peer(member);
            if (!peer.linked) return expel(peer, "did not link up in time", nowNanos);
        }
        return List.of();
    }

    private List<CoordinatorAction> training(long nowNanos) {
        List<Peer> members = new ArrayList<>();
        for (Member member : world().members()) members.add(peer(member));
        List<CoordinatorAction> suspected = expelSuspects(members, nowNanos);
        if (!suspected.isEmpty()) return suspected;
        if (liveness.isStuck(members, nowNanos)) return change("every member waits for another", nowNanos);
        Optional<String> unstored = committer.lastStoreFailed(nowNanos);
        if (unstored.isPresent()) return end("failed", 1, unstored.get());
        List<CoordinatorAction> again = storing(nowNanos);
        if (!again.isEmpty()) return again;
        if (committer.isTimeOver(nowNanos)) return stopSoon(new Stop(0, 0, "max-seconds"), "max-seconds");
        List<CoordinatorAction> actions = new ArrayList<>(letFollow(nowNanos));
        actions.addAll(wantedChange(nowNanos));
        return actions;
    }

    private List<CoordinatorAction> storing(long nowNanos) {
        Member first = world().members().get(0);
        List<CoordinatorAction> nobody =
                anyStores ? List.of() : committer.nobodyStores(first.id(), world().generation(), nowNanos);
        return nobody.isEmpty() ? committer.storeAgain(world(), nowNanos) : nobody;
    }

    private List<CoordinatorAction> expelSuspects(List<Peer> peers, long nowNanos) {
        List<CoordinatorAction> actions = new ArrayList<>();
        for (Liveness.Suspect suspect : liveness.suspects(peers, nowNanos)) {
            actions.addAll(expel(suspect.peer(), suspect.reason(), nowNanos));
        }
        return actions;
    }

    /** A change in order, if somebody waits to leave or is ready to join: all that do are in it. */
    private List<CoordinatorAction> wantedChange(long nowNanos) {
        String reason = "";
        List<WorkerId> joining = new ArrayList<>();
        for (Member member : roster.next(last, nowNanos)) {
            if (world().rankOf(member.id()) >= 0 || !isReady(peer(member), nowNanos)) continue;
            joining.add(member.id());
            reason = "worker " + member.id() + " joins";
        }
        for (Member member : world().members()) if (peer(member).leaving) reason = "worker " + member.id() + " leaves";
        if (reason.isEmpty()) return List.of();
        List<CoordinatorAction> actions = change(reason, nowNanos);
        invited.addAll(joining);
        return actions;
    }

    /** A joiner with much state to take over does so while the others train on (rule 18), and is not waited for without end. */
    private List<CoordinatorAction> letFollow(long nowNanos) {
        List<CoordinatorAction> actions = new ArrayList<>();
        for (Member member : roster.next(last, nowNanos)) {
            Peer peer = peer(member);
            if (world().rankOf(peer.id) >= 0 || peer.stateBytes < FOLLOW_BYTES) continue;
            if (peer.followingSince != Long.MIN_VALUE) continue;
            peer.followingSince = nowNanos;
            long completed = accounts.committed().step();
            for (Member donor : world().members()) completed = Math.max(completed, peer(donor).step);
            long at = completed + 1 + liveness.stepsWithin(FREEZE_NANOS);
            actions.addAll(toAll(world(), new ToWorker.Freeze(at)));
            actions.add(new CoordinatorAction.Send(peer.id, new ToWorker.Follow(at, world().members())));
        }
        return actions;
    }

    private static boolean isReady(Peer peer, long nowNanos) {
        return peer.stateBytes < FOLLOW_BYTES || peer.followed || nowNanos - peer.followingSince > FOLLOW_NANOS;
    }

    private static List<CoordinatorAction> followed(Peer peer) {
        peer.followed = true;
        return List.of();
    }

    /** The run cannot go on: seal what is open; the ledger stays unfinished, so that the run can be resumed. */
    public List<CoordinatorAction> end(String status, int exitCode, String reason) {
        if (phase == Phase.ENDED) return List.of();
        boolean open = phase == Phase.TRAINING;
        phase = Phase.ENDED;
        List<CoordinatorAction> then = new ArrayList<>();
        for (Peer peer : roster.all()) then.add(new CoordinatorAction.Send(peer.id, new ToWorker.Refused(reason)));
        then.add(new CoordinatorAction.End(status, reason, exitCode, reason));
        if (!open) return then;
        return List.of(new CoordinatorAction.Append(List.of(new Entry.Seal(world().generation(), reason)), then));
    }

    private void enter(Phase next, long nowNanos) {
        phase = next;
        phaseNanos = nowNanos;
    }

    private static List<CoordinatorAction> toAll(World world, ToWorker message) {
        List<CoordinatorAction> sends = new ArrayList<>();
        for (Member member : world.members()) sends.add(new CoordinatorAction.Send(member.id(), message));
        return sends;
    }

    private Peer peer(Member member) {
        Peer peer = roster.of(member.id());
        if (peer == null) throw new IllegalStateException(member.id() + " is not connected");
        return peer;
    }

    private World world() {
        if (last == null) throw new IllegalStateException("no world yet");
        return last;
    }

    private World proposed() {
        if (proposal == null) throw new IllegalStateException("nothing is proposed");
        return proposal;
    }

    private Base base() {
        if (base == null) throw new IllegalStateException("no base is chosen");
        return base;
    }

    /** Where the run stands in its data. */
    public Cursor cursor() {
        return accounts.cursor();
    }
}
