package rubato.protocol;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import rubato.event.Event;
import rubato.history.Entry;
import rubato.plan.Stop;
import rubato.world.Member;
import rubato.world.WorkerId;
import rubato.world.World;

/** Where a run stands for its coordinator: what the parts of it share. */
final class Course {
    private static final long SECOND = 1_000_000_000L;
    /** A worker is kept away for half a minute at most: it may be the only one. */
    private static final int MOST_DOUBLINGS = 6;

    final RunTerms terms;
    final Accounts accounts;
    final Roster roster;
    final Committer committer;
    final Liveness liveness = new Liveness();
    final Gone gone = new Gone();
    private final Map<WorkerId, Integer> expulsions = new HashMap<>();
    Phase phase = Phase.GATHERING;
    long phaseNanos;
    /** Hash of the state everyone starts from; 0 before the first has joined. */
    long initialHash;
    /** Whether a member can write checkpoints. */
    boolean anyStores;
    /** Whether this coordinator has activated a generation. */
    boolean trained;

    boolean stopWanted;
    String lastLoss = "none was lost";
    /** The world activated last. */
    @Nullable
    World last;

    Course(RunTerms terms, Accounts accounts, Committer committer, long nowNanos) {
        this.terms = terms;
        this.accounts = accounts;
        this.roster = new Roster(pool(terms, accounts), terms.min(), terms.max());
        this.committer = committer;
        this.last = terms.last();
        this.initialHash = accounts.initialHash();
        this.phaseNanos = nowNanos;
        if (last != null) committer.reopen(last);
    }

    private static Pool pool(RunTerms terms, Accounts accounts) {
        Pool pool = new Pool(terms.workers(), terms.standbys());
        accounts.scaled().ifPresent(pool::want);
        return pool;
    }

    void enter(Phase next, long nowNanos) {
        phase = next;
        phaseNanos = nowNanos;
    }

    static List<CoordinatorAction> toAll(World world, ToWorker message) {
        List<CoordinatorAction> sends = new ArrayList<>();
        for (Member member : world.members()) sends.add(new CoordinatorAction.Send(member.id(), message));
        return sends;
    }

    Peer peer(Member member) {
        Peer peer = roster.of(member.id());
        if (peer == null) throw new IllegalStateException(member.id() + " is not connected");
        return peer;
    }

    World world() {
        if (last == null) throw new IllegalStateException("no world yet");
        return last;
    }

    static boolean isIn(@Nullable World world, Peer peer) {
        return world != null && world.rankOf(peer.id) >= 0;
    }

    void backOff(Peer peer, long nowNanos) {
        int times = expulsions.merge(peer.id, 1, Integer::sum);
        peer.notBefore = nowNanos + (SECOND / 2 << Math.min(times, MOST_DOUBLINGS));
    }

    /** Those who asked to leave and are in no world any more may go. */
    List<CoordinatorAction> releaseLeavers(List<Member> staying) {
        List<CoordinatorAction> actions = new ArrayList<>();
        for (Peer peer : List.copyOf(roster.all())) {
            if (peer.leaving && staying.stream().noneMatch(m -> m.id().equals(peer.id))) actions.addAll(release(peer));
        }
        return actions;
    }

    /** Those who were or were to be members and are not: they join anew, standbys to wait until one is missing. */
    List<CoordinatorAction> standBack(World next) {
        List<CoordinatorAction> actions = new ArrayList<>();
        for (Peer peer : roster.all()) {
            if (!peer.placed || !peer.joined() || peer.leaving || next.rankOf(peer.id) >= 0) continue;
            peer.placed = false;
            peer.member = null;
            peer.state = null;
            actions.add(new CoordinatorAction.Send(
                    peer.id,
                    peer.standby
                            ? new ToWorker.StandBy("stands by")
                            : new ToWorker.Released(true, "is no member of generation " + next.generation())));
        }
        return actions;
    }

    List<CoordinatorAction> release(Peer peer) {
        roster.remove(peer.id);
        gone.left(peer);
        return List.of(
                new CoordinatorAction.Send(peer.id, new ToWorker.Released(false, "left")),
                new CoordinatorAction.Tell(new Event.WorkerLeft(peer.id.name(), "left")));
    }

    List<CoordinatorAction> stopSoon(Stop stop, String reason) {
        if (committer.newest().stop().isInterrupt()) return List.of();
        return committer.stop(world(), stop, reason);
    }

    /** The run cannot go on: seal what is open; the ledger stays unfinished, so that the run can be resumed. */
    List<CoordinatorAction> end(String status, int exitCode, String reason) {
        if (phase == Phase.ENDED) return List.of();
        boolean open = phase == Phase.TRAINING;
        phase = Phase.ENDED;
        List<CoordinatorAction> then = new ArrayList<>();
        for (Peer peer : roster.all()) then.add(new CoordinatorAction.Send(peer.id, new ToWorker.Refused(reason)));
        then.add(new CoordinatorAction.End(status, reason, exitCode, reason));
        if (!open) return then;
        return List.of(new CoordinatorAction.Append(List.of(new Entry.Seal(world().generation(), reason)), then));
    }
}
