package rubato.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import rubato.event.Event;
import rubato.history.Entry;
import rubato.world.Member;

/**
 * How all members of a proposed world come to hold its base (rule 10): as they are, from those who hold it, or, if nobody does, by a
 * recipe that {@link Makers} follow and from them (16). Where no recipe gives what is recorded, history is rolled back.
 */
final class Installation {
    private final Course course;
    private final Proposals proposals;
    private final LongFunction<List<CoordinatorAction>> form;
    private int passedOver;
    private boolean recomputedOtherwise;

    /** @param form proposes the next world, at this time */
    Installation(Course course, Proposals proposals, LongFunction<List<CoordinatorAction>> form) {
        this.course = course;
        this.proposals = proposals;
        this.form = form;
    }

    /** A change begins. */
    void clear() {
        passedOver = 0;
        course.roster.all().forEach(peer -> peer.failures = 0);
    }

    /** Asks the members to come to hold the base; with a recipe only those who are to make it. */
    List<CoordinatorAction> begin(Proposal proposal, long nowNanos) {
        recomputedOtherwise = false;
        List<Member> members = proposal.world().members();
        List<Integer> makers = Makers.of(proposal.world(), recipe(proposal), proposals.storers(members));
        List<Member> asked = new ArrayList<>();
        for (int rank = 0; rank < members.size(); rank++) {
            Peer peer = course.peer(members.get(rank));
            peer.installed = false;
            peer.unable = false;
            peer.spared = !makers.contains(rank) && !isBeyond(peer, proposal.base());
            peer.does(Activity.INSTALLING, nowNanos);
            if (!peer.spared) asked.add(members.get(rank));
        }
        return ask(proposal, asked);
    }

    /** Whether it holds a later state, about which there was a dispute: it must throw that away, or it would be the base next. */
    private static boolean isBeyond(Peer peer, Base base) {
        return peer.state != null && peer.state.step() > base.name().step();
    }

    private Recipe recipe(Proposal proposal) {
        return proposal.base().holders().isEmpty() ? course.accounts.recipe(passedOver) : Recipe.NONE;
    }

    private List<CoordinatorAction> ask(Proposal proposal, List<Member> asked) {
        Base base = proposal.base();
        ToWorker.Install install = new ToWorker.Install(
                proposal.world(),
                base.name(),
                proposal.plan(),
                course.accounts.checkpointed(),
                course.committer.owes(base),
                course.committer.storing().owesCheckpoint(base),
                proposals.storers(proposal.world().members()),
                base.holders().stream().map(Peer::reached).toList(),
                recipe(proposal));
        return asked.stream()
                .<CoordinatorAction>map(member -> new CoordinatorAction.Send(member.id(), install))
                .toList();
    }

    /**
     * A member says what it holds.
     *
     * @return whether that is the base
     */
    boolean installed(Peer peer, ToCoordinator.Installed installed, Proposal proposal, long nowNanos) {
        peer.installed = Base.same(installed.state(), proposal.base().name());
        peer.keepsNothing = installed.keepsNothing();
        if (peer.installed) peer.does(Activity.IDLE, nowNanos);
        return peer.installed;
    }

    boolean isDone(Proposal proposal) {
        return members(proposal).allMatch(peer -> peer.installed);
    }

    /** Once each that was asked has made the base by its recipe or could not, those who have it hand it over to the rest. */
    List<CoordinatorAction> handOver(Proposal proposal, long nowNanos) {
        boolean all = members(proposal).allMatch(peer -> peer.installed || peer.unable || peer.spared);
        boolean some = members(proposal).anyMatch(peer -> peer.installed);
        return all && some ? form.apply(nowNanos) : List.of();
    }

    List<CoordinatorAction> notInstalled(Peer peer, ToCoordinator.NotInstalled not, Proposal proposal, long nowNanos) {
        List<CoordinatorAction> actions = new ArrayList<>();
        actions.add(new CoordinatorAction.Tell(new Event.Warning("worker " + peer.id + ": " + not.reason())));
        peer.unable = true;
        recomputedOtherwise |= not.recomputed();
        List<CoordinatorAction> others = askTheSpared(proposal, nowNanos);
        actions.addAll(others);
        if (!others.isEmpty()) return actions;
        if (!proposal.base().holders().isEmpty()) {
            if (++peer.failures > 1) course.backOff(peer, nowNanos);
        } else if (members(proposal).anyMatch(member -> !member.unable)) {
            actions.addAll(handOver(proposal, nowNanos));
            return actions;
        } else if (recomputedOtherwise) {
            actions.addAll(rollback(not.reason()));
        } else if (course.accounts.hasRecipe(passedOver + 1)) {
            passedOver++;
        } else if (proposal.world().size() < course.roster.target() && course.terms.expectsWorkers()) {
            passedOver = 0;
            members(proposal).forEach(member -> course.backOff(member, nowNanos));
        } else {
            actions.addAll(course.end("failed", 1, not.reason()));
            return actions;
        }
        actions.addAll(form.apply(nowNanos));
        return actions;
    }

    /** Somebody cannot make the base by its recipe: whoever was to take it over makes it too. */
    private List<CoordinatorAction> askTheSpared(Proposal proposal, long nowNanos) {
        List<Member> spared = proposal.world().members().stream()
                .filter(member -> course.peer(member).spared)
                .toList();
        if (spared.isEmpty()) return List.of();
        for (Member member : spared) {
            course.peer(member).spared = false;
            course.peer(member).does(Activity.INSTALLING, nowNanos);
        }
        return ask(proposal, spared);
    }

    /** Recorded steps cannot be made again: history after the checkpoint is given up, in the open (rule 16). */
    private List<CoordinatorAction> rollback(String reason) {
        long to = course.accounts.recipeFrom(passedOver);
        passedOver = 0;
        Entry entry = new Entry.Rollback(course.accounts.committed().lineage() + 1, to, reason);
        course.committer.rollback(entry);
        proposals.forgetBases();
        return List.of(new CoordinatorAction.Append(
                List.of(entry),
                List.of(
                        new CoordinatorAction.Durable(to),
                        new CoordinatorAction.Tell(new Event.Warning("rolled back to step " + to + ": " + reason)))));
    }

    /** Whoever makes recorded steps again must know who began a generation with nothing kept back. */
    List<Entry> nothingKept(Proposal proposal) {
        if (!course.accounts.isCompressed()) return List.of();
        List<Member> members = proposal.world().members();
        List<Integer> ranks = new ArrayList<>();
        for (int rank = 0; rank < members.size(); rank++)
            if (course.peer(members.get(rank)).keepsNothing) ranks.add(rank);
        return ranks.isEmpty()
                ? List.of()
                : List.of(new Entry.NothingKept(proposal.world().generation(), ranks));
    }

    private Stream<Peer> members(Proposal proposal) {
        return proposal.world().members().stream().map(course::peer);
    }
}
