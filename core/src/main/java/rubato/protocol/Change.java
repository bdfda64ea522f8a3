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
    private final Installation installation;
    private final Complaints complaints = new Complaints();
    private long number;
    private boolean relinked;
    private @Nullable Proposal proposal;
    private @Nullable Dispute lastDispute;

    Change(Course course) {
        this.course = course;
        this.proposals = new Proposals(course);
        this.installation = new Installation(course, proposals, this::form);
    }

    boolean isProposed(Peer peer) {
        return proposal != null && Course.isIn(proposal.world(), peer);
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
        installation.clear();
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
        Proposal now = proposal;
        if (course.phase == Phase.LINKING && now != null && now.is(broken.generation())) {
            complaints.add(now.world().rankOf(peer.id), broken.peerRank());
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
        complaints.clear();
        World world = new World(new Generation(course.terms.term(), ++number), members);
        Base base = proposals.chooseBase();
        Proposal next = new Proposal(world, base, proposals.planFor(world, base.name()));
        proposal = next;
        for (Member member : members) {
            Peer peer = course.peer(member);
            peer.placed = true;
            peer.linked = false;
        }
        actions.addAll(installation.begin(next, nowNanos));
        return actions;
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
        Proposal now = proposal;
        if (course.phase == Phase.INSTALLING || course.phase == Phase.LINKING) peer.state = installed.state();
        if (course.phase != Phase.INSTALLING || now == null || !now.is(installed.generation())) return List.of();
        if (!installation.installed(peer, installed, now, nowNanos)) return List.of();
        if (!installation.isDone(now)) return installation.handOver(now, nowNanos);
        course.enter(Phase.LINKING, nowNanos);
        return Course.toAll(now.world(), new ToWorker.Link(now.world().generation()));
    }

    List<CoordinatorAction> notInstalled(Peer peer, ToCoordinator.NotInstalled not, long nowNanos) {
        Proposal now = proposal;
        if (course.phase == Phase.INSTALLING || course.phase == Phase.LINKING) peer.state = not.state();
        if (course.phase != Phase.INSTALLING || now == null || !now.is(not.generation())) return List.of();
        return installation.notInstalled(peer, not, now, nowNanos);
    }

    List<CoordinatorAction> linked(Peer peer, Generation generation, long nowNanos) {
        Proposal now = proposal;
        if (course.phase != Phase.LINKING || now == null || !now.is(generation)) return List.of();
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
        Proposal now = proposal();
        World next = now.world();
        Base from = now.base();
        Plan plan = now.plan();
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
        List<Entry> nothingKept = installation.nothingKept(now);
        nothingKept.forEach(course.accounts::add);
        entries.addAll(nothingKept);
        entries.addAll(marked);
        actions.add(new CoordinatorAction.Append(entries, then));
        if (course.stopWanted) actions.addAll(course.stopSoon(Stop.interrupted(), "interrupted"));
        return actions;
    }

    /** Goes on without a worker that is not to be waited for. */
    List<CoordinatorAction> without(Peer peer, String reason, long nowNanos) {
        if (Course.isIn(course.last, peer)) proposals.inviteNobody();
        boolean proposedMember = isProposed(peer);
        boolean holder = proposal != null && proposal.base().holders().contains(peer);
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
        return proposal().world();
    }

    private Proposal proposal() {
        if (proposal == null) throw new IllegalStateException("nothing is proposed");
        return proposal;
    }
}
