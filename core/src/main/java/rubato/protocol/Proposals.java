package rubato.protocol;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import rubato.plan.AllReduce;
import rubato.plan.Plan;
import rubato.plan.Shares;
import rubato.step.StateName;
import rubato.world.Member;
import rubato.world.WorkerId;
import rubato.world.World;

/** Who is to form the next world, from which state and under which plan. */
final class Proposals {
    private final Course course;
    /** Who is to become a member by the present change; nobody if it is made because one was lost. */
    private final Set<WorkerId> invited = new HashSet<>();
    /** What was proposed in the present change, newest last: whoever installed it holds it still. */
    private final List<Base> proposals = new ArrayList<>();

    Proposals(Course course) {
        this.course = course;
    }

    /** A change begins. */
    void clear() {
        proposals.clear();
        invited.clear();
    }

    void invite(List<WorkerId> joining) {
        invited.addAll(joining);
    }

    void inviteNobody() {
        invited.clear();
    }

    /** History was rolled back: what was proposed is of no use. */
    void forgetBases() {
        proposals.clear();
    }

    /**
     * Who is left of the last world, and whoever is invited: a loss is got over by those who have the state, the others come later, in
     * order. Everyone there is, if they are too few.
     */
    List<Member> nextMembers(long nowNanos) {
        World before = course.last;
        if (before == null) return course.roster.next(null, nowNanos);
        List<Member> members =
                course.roster.next(before, nowNanos, peer -> before.rankOf(peer.id) >= 0 || invited.contains(peer.id));
        return members.size() >= course.terms.min() ? members : course.roster.next(before, nowNanos);
    }

    /** The ranks that share the run's file system. */
    List<Integer> storers(List<Member> members) {
        List<Integer> ranks = new ArrayList<>();
        for (int rank = 0; rank < members.size(); rank++) if (course.peer(members.get(rank)).stores) ranks.add(rank);
        course.anyStores = !ranks.isEmpty();
        return ranks;
    }

    Base chooseBase() {
        StateName committed = committedName();
        Optional<Base> chosen = Base.choose(committed, course.last, proposals, course.roster.all(), course.committer);
        Base next = chosen.orElseGet(() -> new Base(committed, List.of(), List.of(), null));
        proposals.add(next);
        return next;
    }

    /** What the members of the last world, now at rest, disagree about. */
    Optional<Dispute> dispute() {
        return Base.dispute(committedName(), course.world(), course.roster.all());
    }

    StateName committedName() {
        StateName name = course.accounts.committed();
        return name.hash() != 0
                ? name
                : new StateName(name.lineage(), name.generation(), name.step(), course.initialHash);
    }

    Plan planFor(World next, StateName from) {
        Plan newest = course.committer.newest();
        World before = course.last;
        AllReduce allReduce = newest.allReduce().over(next.topology());
        if (before == null && newest.shares().ranks() == next.size()) return newest.withAllReduce(allReduce);
        int[] old = new int[next.size()];
        for (int rank = 0; rank < old.length; rank++) {
            int was = before == null
                    ? rank
                    : before.rankOf(next.members().get(rank).id());
            old[rank] = was < newest.shares().ranks() ? was : -1;
        }
        Shares shares = newest.shares().reassigned(old);
        Plan plan = newest.withShares(shares).withAllReduce(allReduce);
        return before == null ? plan : plan.succeeding(newest, from.step() + 1);
    }
}
