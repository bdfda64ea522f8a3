package rubato.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import rubato.error.RubatoException;
import rubato.event.Event;
import rubato.history.Entry;
import rubato.plan.Plan;
import rubato.plan.Stop;
import rubato.world.Generation;
import rubato.world.Member;
import rubato.world.WorkerId;
import rubato.world.World;

/**
 * A change of membership: the old generation is sealed and everyone says what it holds (rule 8); a base is chosen (9) and installed by
 * all of the new world (10), who then link up; the activation makes it durable (11). Whoever is lost or late on the way starts the next
 * attempt, under the next generation number.
 */
final class Change {
    private static final long SECOND = 1_000_000_000L;
    private static final long REATTACH_NANOS = 2 * SECOND;

    private final Course course;
    private final Proposals proposals;
    private final Complaints complaints = new Complaints();
    private long number;
    private int passedOver;
    private boolean recomputedOtherwise;
    private boolean relinked;
    private @Nullable World proposal;
    private @Nullable Plan proposedPlan;
    private @Nullable Base base;
    private @Nullable Dispute lastDispute;

    Change(Course course) {
        this.course = course;
        this.proposals = new Proposals(course);
    }

    boolean isProposed(Peer peer) {
        return Course.isIn(proposal, peer);
    }

    /** Somebody is gone: links may be tried once more. */
    void relinkAnew() {
        relinked = false;
    }

    /** A change in order, by which these become members. */
    List<CoordinatorAction> inOrder(String reason, List<WorkerId> joining, long nowNanos) {
        List<CoordinatorAction> actions = change(reason, nowNanos);
        proposals.invite(joining);
        return actions;
    }

    /** Seals the present generation: nothing more completes in it but what was completed before everyone said so. */
    List<CoordinatorAction> change(String reason, long nowNanos) {
        if (course.phase != Phase.TRAINING) return List.of();
        course.enter(Phase.SEALING, nowNanos);
        proposals.clear();
        course.roster.all().forEach(peer -> peer.failures = 0);
        passedOver = 0;
        relinked = false;
        Generation sealed = course.world().generation();
        List<CoordinatorAction> then = new ArrayList<>();
        then.add(new CoordinatorAction.Tell(new Event.GenerationSealed(
                sealed.toString(), course.accounts.committed().step(), reason)));
        for (Member member : course.world().members())
            then.add(new CoordinatorAction.Send(member.id(), new ToWorker.Sealed(sealed, reason)));
        return List.of(new CoordinatorAction.Append(List.of(new Entry.Seal(sealed, reason)), then));
    }

    List<CoordinatorAction> broken(Peer peer, ToCoordinator.Broken broken, long nowNanos) {
        World proposed = proposal;
        if (course.phase == Phase.LINKING
                && proposed != null
                && broken.generation().equals(proposed.generation())) {
            complaints.add(proposed.rankOf(peer.id), broken.peerRank());
            peer.state = broken.state();
            peer.linked = true;
            return linkedByAll(nowNanos);
        }
        if (course.last == null || !broken.generation().equals(course.world().generation())) return List.of();
        List<CoordinatorAction> actions = new ArrayList<>();
        if (course.phase == Phase.TRAINING) {
            String reason = "worker " + peer.id + " could not complete step "
                    + (broken.state().step() + 1) + ": " + broken.reason();
            actions.addAll(change(reason, nowNanos));
        }
        if (course.phase != Phase.SEALING) return actions;
        peer.state = broken.state();
        actions.addAll(formIfAllAtRest(nowNanos));
        return actions;
    }

    List<CoordinatorAction> atRest(Peer peer, ToCoordinator.AtRest rest, long nowNanos) {
        if (course.phase != Phase.SEALING
                || !rest.generation().equals(course.world().generation())
                || !peer.joined()) return List.of();
        peer.state = rest.state();
        return formIfAllAtRest(nowNanos);
    }

    List<CoordinatorAction> formIfAllAtRest(long nowNanos) {
        for (Member member : course.world().members()) {
            Peer peer = course.roster.of(member.id());
            if (peer != null && peer.joined() && peer.state == null) return List.of();
        }
        Dispute before = lastDispute;
        Optional<Dispute> dispute = proposals.dispute();
        dispute.ifPresent(now -> lastDispute = now);
        if (dispute.isPresent() && dispute.get().repeats(before))
            return end(dispute.get().error());
        return form(nowNanos);
    }

    private List<CoordinatorAction> end(RubatoException error) {
        return course.end("failed", error.kind().exitCode(), String.valueOf(error.getMessage()));
    }

    List<CoordinatorAction> formIfEnough(long nowNanos) {
        int ready = course.roster.next(course.last, nowNanos).size();
        boolean patient = nowNanos - course.phaseNanos <= patience();
        boolean missed = course.last != null && !course.trained && !isEveryoneBack();
        if (ready < course.terms.min() || missed && patient) return List.of();
        boolean enough = course.last != null
                || course.trained
                || ready >= Math.min(course.roster.target(), course.terms.max())
                || !patient;
        return enough ? form(nowNanos) : List.of();
    }

    long patience() {
        return course.last != null ? REATTACH_NANOS : (long) (course.terms.joinSeconds() * SECOND);
    }

    /** Whether all members of an earlier coordinator's last generation have come back. */
    boolean isEveryoneBack() {
        return course.last != null
                && course.last.members().stream().allMatch(m -> {
                    Peer peer = course.roster.of(m.id());
                    return peer != null && peer.joined();
                });
    }

    /** Proposes the next world and its base, or pauses for want of workers. */
    List<CoordinatorAction> form(long nowNanos) {
        List<CoordinatorAction> actions = new ArrayList<>();
        List<Member> members = proposals.nextMembers(nowNanos);
        if (members.size() < course.terms.min()) {
            actions.addAll(course.releaseLeavers(members));
            actions.addAll(pause(members.size(), nowNanos));
            return actions;
        }
        course.enter(Phase.INSTALLING, nowNanos);
        recomputedOtherwise = false;
        complaints.clear();
        World next = new World(new Generation(course.terms.term(), ++number), members);
        base = proposals.chooseBase();
        proposal = next;
        proposedPlan = proposals.planFor(next, base.name());
        for (Member member : members) {
            Peer peer = course.peer(member);
            peer.placed = true;
            peer.installed = false;
            peer.linked = false;
            peer.unable = false;
            peer.does(Activity.INSTALLING, nowNanos);
        }
        List<Integer> makers = Makers.of(next, recipe(), proposals.storers(members));
        List<Member> asked = makers.stream().map(members::get).toList();
        members.forEach(member -> course.peer(member).spared = !asked.contains(member));
        actions.addAll(install(next, asked));
        return actions;
    }

    private Recipe recipe() {
        return base().holders().isEmpty() ? course.accounts.recipe(passedOver) : Recipe.NONE;
    }

    /** Asks these of the proposed members to come to hold the base. */
    private List<CoordinatorAction> install(World next, List<Member> asked) {
        ToWorker.Install install = new ToWorker.Install(
                next,
                base().name(),
                proposedPlan,
                course.accounts.checkpointed(),
                course.committer.owes(base()),
                course.committer.storing().owesCheckpoint(base()),
                proposals.storers(next.members()),
                base().holders().stream().map(Peer::reached).toList(),
                recipe());
        return asked.stream()
                .<CoordinatorAction>map(member -> new CoordinatorAction.Send(member.id(), install))
                .toList();
    }

    /** Somebody cannot make the base by its recipe: whoever was to take it over makes it too. */
    private List<CoordinatorAction> askTheSpared(World proposed, long nowNanos) {
        List<Member> spared = proposed.members().stream()
                .filter(member -> course.peer(member).spared)
                .toList();
        for (Member member : spared) {
            course.peer(member).spared = false;
            course.peer(member).does(Activity.INSTALLING, nowNanos);
        }
        return install(proposed, spared);
    }

    List<CoordinatorAction> pause(int workers, long nowNanos) {
        boolean wasTraining = course.phase != Phase.GATHERING;
        if (wasTraining) course.enter(Phase.GATHERING, nowNanos);
        proposal = null;
        if (workers < course.terms.min() && !course.terms.expectsWorkers()) {
            return course.end(
                    "failed",
                    3,
                    "only " + workers + " of at least " + course.terms.min() + " workers left: " + course.lastLoss);
        }
        return wasTraining
                ? List.of(new CoordinatorAction.Tell(new Event.Paused(workers, course.terms.min())))
                : List.of();
    }

    List<CoordinatorAction> installed(Peer peer, ToCoordinator.Installed installed, long nowNanos) {
        World proposed = proposal;
        if (course.phase == Phase.INSTALLING || course.phase == Phase.LINKING) peer.state = installed.state();
        if (course.phase != Phase.INSTALLING || proposed == null || base == null) return List.of();
        if (!installed.generation().equals(proposed.generation())) return List.of();
        peer.installed = Base.same(installed.state(), base.name());
        peer.keepsNothing = installed.keepsNothing();
        if (!peer.installed) return List.of();
        peer.does(Activity.IDLE, nowNanos);
        if (!proposed.members().stream().allMatch(m -> course.peer(m).installed)) return handOver(proposed, nowNanos);
        course.enter(Phase.LINKING, nowNanos);
        return Course.toAll(proposed, new ToWorker.Link(proposed.generation()));
    }

    List<CoordinatorAction> notInstalled(Peer peer, ToCoordinator.NotInstalled not, long nowNanos) {
        World proposed = proposal;
        if (course.phase == Phase.INSTALLING || course.phase == Phase.LINKING) peer.state = not.state();
        if (course.phase != Phase.INSTALLING || proposed == null || base == null) return List.of();
        if (!not.generation().equals(proposed.generation())) return List.of();
        List<CoordinatorAction> actions = new ArrayList<>();
        actions.add(new CoordinatorAction.Tell(new Event.Warning("worker " + peer.id + ": " + not.reason())));
        peer.unable = true;
        recomputedOtherwise |= not.recomputed();
        List<CoordinatorAction> others = askTheSpared(proposed, nowNanos);
        actions.addAll(others);
        if (!others.isEmpty()) return actions;
        if (!base.holders().isEmpty()) {
            if (++peer.failures > 1) course.backOff(peer, nowNanos);
        } else if (proposed.members().stream().anyMatch(m -> !course.peer(m).unable)) {
            actions.addAll(handOver(proposed, nowNanos));
            return actions;
        } else if (recomputedOtherwise) {
            actions.addAll(rollback(not.reason()));
        } else if (course.accounts.hasRecipe(passedOver + 1)) {
            passedOver++;
        } else if (proposed.size() < course.roster.target() && course.terms.expectsWorkers()) {
            passedOver = 0;
            for (Member member : proposed.members()) course.backOff(course.peer(member), nowNanos);
        } else {
            actions.addAll(course.end("failed", 1, not.reason()));
            return actions;
        }
        actions.addAll(form(nowNanos));
        return actions;
    }

    /** Once each has made the base by its recipe or could not, those who have it hand it over to the rest. */
    List<CoordinatorAction> handOver(World proposed, long nowNanos) {
        boolean all = proposed.members().stream().map(course::peer).allMatch(p -> p.installed || p.unable || p.spared);
        boolean some = proposed.members().stream().anyMatch(m -> course.peer(m).installed);
        return all && some ? form(nowNanos) : List.of();
    }

    /** Recorded steps cannot be made again: history after the checkpoint is given up, in the open (rule 16). */
    List<CoordinatorAction> rollback(String reason) {
        long to = course.accounts.recipeFrom(passedOver);
        Entry entry = new Entry.Rollback(course.accounts.committed().lineage() + 1, to, reason);
        course.committer.rollback(entry);
        proposals.forgetBases();
        return List.of(new CoordinatorAction.Append(
                List.of(entry),
                List.of(
                        new CoordinatorAction.Durable(to),
                        new CoordinatorAction.Tell(new Event.Warning("rolled back to step " + to + ": " + reason)))));
    }

    List<CoordinatorAction> linked(Peer peer, Generation generation, long nowNanos) {
        World proposed = proposal;
        if (course.phase != Phase.LINKING || proposed == null || !generation.equals(proposed.generation()))
            return List.of();
        peer.linked = true;
        return linkedByAll(nowNanos);
    }

    List<CoordinatorAction> linkedByAll(long nowNanos) {
        World proposed = proposed();
        for (Member member : proposed.members()) if (!course.peer(member).linked) return List.of();
        if (complaints.isEmpty()) return activate(nowNanos);
        return relink(nowNanos);
    }

    /** A closed link alone is a complaint: one more try, then whoever must go goes. */
    List<CoordinatorAction> relink(long nowNanos) {
        World proposed = proposed();
        if (relinked) {
            for (int rank : complaints.cover(proposed.size()))
                course.backOff(course.peer(proposed.members().get(rank)), nowNanos);
        }
        relinked = !relinked;
        return form(nowNanos);
    }

    List<CoordinatorAction> activate(long nowNanos) {
        World next = proposed();
        Base from = base();
        Plan plan = proposedPlan == null ? course.committer.newest() : proposedPlan;
        course.enter(Phase.TRAINING, nowNanos);
        Entry entry = new Entry.Activate(next, from.name(), plan, from.completed());
        course.committer.activated(next, entry, from, plan, nowNanos);
        List<Entry> marked = course.committer.marksUpTo(from.name().step());
        course.last = next;
        proposal = null;
        course.trained = true;
        List<Peer> members = new ArrayList<>();
        for (Member member : next.members()) {
            Peer peer = course.peer(member);
            peer.state = null;
            peer.does(Activity.IDLE, nowNanos);
            members.add(peer);
        }
        course.liveness.started(members, nowNanos);
        List<String> names = next.members().stream().map(m -> m.id().name()).toList();
        List<CoordinatorAction> then = new ArrayList<>();
        then.add(new CoordinatorAction.Durable(from.name().step()));
        then.add(new CoordinatorAction.Tell(
                new Event.GenerationStarted(next.generation().toString(), names, plan)));
        then.addAll(Course.toAll(next, new ToWorker.Activated(next.generation())));
        then.addAll(course.releaseLeavers(next.members()));
        then.addAll(course.standBack(next));
        List<CoordinatorAction> actions = new ArrayList<>();
        List<Entry> entries = new ArrayList<>(List.of(entry));
        entries.addAll(nothingKept(next));
        entries.addAll(marked);
        actions.add(new CoordinatorAction.Append(entries, then));
        if (course.stopWanted) actions.addAll(course.stopSoon(Stop.interrupted(), "interrupted"));
        return actions;
    }

    /** Whoever makes recorded steps again must know who began a generation with nothing kept back. */
    private List<Entry> nothingKept(World next) {
        if (!course.accounts.isCompressed()) return List.of();
        List<Integer> ranks = new ArrayList<>();
        for (int rank = 0; rank < next.size(); rank++)
            if (course.peer(next.members().get(rank)).keepsNothing) ranks.add(rank);
        if (ranks.isEmpty()) return List.of();
        Entry entry = new Entry.NothingKept(next.generation(), ranks);
        course.accounts.add(entry);
        return List.of(entry);
    }

    /** Goes on without a worker that is not to be waited for. */
    List<CoordinatorAction> without(Peer peer, String reason, long nowNanos) {
        if (Course.isIn(course.last, peer)) proposals.inviteNobody();
        World proposed = proposal;
        boolean proposedMember = proposed != null && proposed.rankOf(peer.id) >= 0;
        boolean holder = base != null && base.holders().contains(peer);
        return switch (course.phase) {
            case TRAINING -> sealAndForm(peer, reason, nowNanos);
            case SEALING -> formIfAllAtRest(nowNanos);
            case INSTALLING -> proposedMember || holder ? form(nowNanos) : List.of();
            case LINKING -> proposedMember ? form(nowNanos) : List.of();
            case GATHERING -> pause(course.roster.next(course.last, nowNanos).size(), nowNanos);
            case FINISHING, ENDED -> List.of();
        };
    }

    List<CoordinatorAction> sealAndForm(Peer peer, String reason, long nowNanos) {
        if (course.world().rankOf(peer.id) < 0) return List.of();
        List<CoordinatorAction> actions = new ArrayList<>(change(reason, nowNanos));
        actions.addAll(formIfAllAtRest(nowNanos));
        return actions;
    }

    World proposed() {
        if (proposal == null) throw new IllegalStateException("nothing is proposed");
        return proposal;
    }

    Base base() {
        if (base == null) throw new IllegalStateException("no base is chosen");
        return base;
    }
}
