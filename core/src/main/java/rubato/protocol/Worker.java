package rubato.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import rubato.error.RubatoException;
import rubato.step.Contribution;
import rubato.step.Cursor;
import rubato.step.Evaluation;
import rubato.step.StateName;
import rubato.world.Generation;
import rubato.world.WorkerId;
import rubato.world.World;

/**
 * One worker's side of the step, commit and generation protocol, pure: events in, actions out. Its driver performs the
 * actions one at a time, in order, and reports back. Here it comes into generations and out of them; {@link Stepping} does the steps.
 */
public final class Worker {
    private enum Phase {
        JOINING,
        INSTALLING,
        HELD,
        LINKING,
        LINKED,
        TRAINING,
        SEALED,
        ENDED
    }

    private final WorkerId self;
    private final Stepping steps;
    private Phase phase = Phase.JOINING;
    private @Nullable World world;
    private boolean reattaching;

    public Worker(WorkerId self, Rhythm rhythm, StateName state, Cursor cursor) {
        this.self = self;
        this.steps = new Stepping(rhythm, state, cursor);
    }

    public long completed() {
        return state().step();
    }

    public StateName state() {
        return steps.state();
    }

    public Generation generation() {
        return steps.generation();
    }

    public Cursor cursor() {
        return steps.cursor();
    }

    /** The cursor once the step under way is applied. */
    public Cursor cursorAfter() {
        return steps.cursorAfter();
    }

    public int rank() {
        return steps.rank();
    }

    /** Highest plan version this worker holds, whether or not in force. */
    public long planVersion() {
        return steps.newestPlanVersion();
    }

    /** What a message means to one who has no state yet: it can only be sent away. */
    public static List<WorkerAction> onUnprepared(ToWorker message) {
        if (message instanceof ToWorker.Refused refused) return List.of(new WorkerAction.Exit(1, refused.reason()));
        if (message instanceof ToWorker.Released released && !released.rejoin())
            return List.of(new WorkerAction.Exit(0, released.reason()));
        return List.of();
    }

    public List<WorkerAction> on(ToWorker message) {
        if (phase == Phase.ENDED) return List.of();
        if (message instanceof ToWorker.Refused refused) return end(1, refused.reason());
        if (message instanceof ToWorker.Install install) return install(install);
        if (message instanceof ToWorker.Link link) return link(link.generation());
        if (message instanceof ToWorker.Activated activated) return activated(activated.generation());
        if (message instanceof ToWorker.Committed done) return steps.committed(done);
        if (message instanceof ToWorker.Planned planned) return steps.planned(planned.plan());
        if (message instanceof ToWorker.Freeze freeze) return steps.freeze(freeze.step());
        if (message instanceof ToWorker.Follow follow) return follow(follow);
        if (message instanceof ToWorker.Sealed sealed) return sealed(sealed.generation());
        if (message instanceof ToWorker.Released released) return released(released);
        if (message instanceof ToWorker.StandBy) return joinAnew();
        if (message instanceof ToWorker.Complete all)
            return List.of(new WorkerAction.Complete(all.generation(), all.step(), all.digests()));
        if (message instanceof ToWorker.Abandon none)
            return List.of(new WorkerAction.Abandon(none.generation(), none.step()));
        if (message instanceof ToWorker.StoreAgain again) return steps.storeAgain(again);
        if (message instanceof ToWorker.Finish finish) return end(0, finish.status());
        return List.of();
    }

    private boolean isIn(Phase expected, Generation of) {
        return phase == expected && of.equals(generation());
    }

    /** Whatever is under way in a generation is over, unless the next phase is training. */
    private void enter(Phase next) {
        phase = next;
        if (next != Phase.TRAINING) steps.halt();
    }

    private List<WorkerAction> install(ToWorker.Install install) {
        if (install.world().generation().compareTo(generation()) <= 0) return List.of();
        int rank = install.world().rankOf(self);
        if (rank < 0) return List.of();
        enter(Phase.INSTALLING);
        world = install.world();
        steps.install(install, rank);
        return List.of(new WorkerAction.Hold(
                install.world(), install.base(), install.holders(), install.recipe(), install.store()));
    }

    /**
     * The driver holds the base of a generation, with this cursor.
     *
     * @param keepsNothing whether there is nothing that compression has kept back
     */
    public List<WorkerAction> held(Generation of, StateName base, Cursor at, boolean keepsNothing) {
        if (!isIn(Phase.INSTALLING, of)) return List.of();
        enter(Phase.HELD);
        steps.startAt(base, at);
        return send(new ToCoordinator.Installed(of, base, keepsNothing));
    }

    /**
     * The driver could not come to hold the base; what it holds now is worth nothing.
     *
     * @param recomputed whether a recomputed step gave another hash than recorded
     */
    public List<WorkerAction> notHeld(Generation of, StateName holds, boolean recomputed, String reason) {
        steps.holds(holds);
        if (!isIn(Phase.INSTALLING, of)) return List.of();
        return send(new ToCoordinator.NotInstalled(of, holds, recomputed, reason));
    }

    private List<WorkerAction> follow(ToWorker.Follow follow) {
        return phase == Phase.JOINING ? List.of(new WorkerAction.Follow(follow.step(), follow.donors())) : List.of();
    }

    /** The driver has taken over a state and keeps up with the members. */
    public List<WorkerAction> followed(StateName caughtUp) {
        steps.holds(caughtUp);
        return phase == Phase.JOINING ? send(new ToCoordinator.Followed(caughtUp)) : List.of();
    }

    private List<WorkerAction> link(Generation next) {
        if (!isIn(Phase.HELD, next) || world == null) return List.of();
        enter(Phase.LINKING);
        return List.of(new WorkerAction.Connect(world));
    }

    /** The driver is linked to all members. */
    public List<WorkerAction> linked(Generation of) {
        if (!isIn(Phase.LINKING, of)) return List.of();
        enter(Phase.LINKED);
        return send(new ToCoordinator.Linked(of));
    }

    private List<WorkerAction> activated(Generation active) {
        if (!isIn(Phase.LINKED, active)) return List.of();
        enter(Phase.TRAINING);
        return steps.begin();
    }

    /** Rule 8: promise never to complete in the generation, and say what is held; at once, or when the work under way is done. */
    private List<WorkerAction> sealed(Generation which) {
        if (!which.equals(generation())) return List.of();
        steps.stop();
        return steps.isBusy() ? List.of() : rest();
    }

    private List<WorkerAction> rest() {
        if (reattaching) return rejoin();
        enter(Phase.SEALED);
        return send(new ToCoordinator.AtRest(generation(), state()));
    }

    private List<WorkerAction> released(ToWorker.Released released) {
        return released.rejoin() ? joinAnew() : end(0, released.reason());
    }

    private List<WorkerAction> joinAnew() {
        steps.window().forgetVotes();
        return reattached();
    }

    /** Another coordinator took over: come to rest, then tell it what is held and every vote not known to be committed (rule 13). */
    public List<WorkerAction> reattached() {
        if (phase == Phase.ENDED) return List.of();
        steps.stop();
        reattaching = true;
        return steps.isBusy() ? List.of() : rejoin();
    }

    private List<WorkerAction> rejoin() {
        enter(Phase.JOINING);
        reattaching = false;
        List<WorkerAction> actions = new ArrayList<>();
        actions.add(new WorkerAction.Rejoin(state()));
        for (ToCoordinator.Vote vote : steps.window().unresolved()) actions.add(new WorkerAction.Send(vote));
        return actions;
    }

    /**
     * The collective of a step brought every rank's contribution (rule 4). Everything is checked before anything is
     * applied (rule 5).
     */
    public List<WorkerAction> reduced(long step, List<Contribution> byRank) {
        if (!steps.reduces(step)) return List.of();
        if (steps.isStopping()) return rest();
        Optional<String> wrong = steps.disagreement(byRank);
        return wrong.isPresent() ? broken(generation(), -1, wrong.get()) : steps.reduced(step, byRank);
    }

    /** Everything replicated now stands at the step; its hash names it. */
    public List<WorkerAction> applied(AppliedStep done) {
        Optional<RubatoException> diverged = steps.settled(done.step(), done.skipped());
        if (diverged.isPresent()) return fail(diverged.get());
        List<WorkerAction> actions = steps.applied(done);
        if (!steps.isStopping()) return actions;
        List<WorkerAction> all = new ArrayList<>(actions);
        all.addAll(rest());
        return all;
    }

    /** This rank's part of the metrics of a step. */
    public List<WorkerAction> evaluated(long step, List<Evaluation> parts) {
        if (!steps.isEvaluating()) return List.of();
        return steps.isStopping() ? rest() : steps.evaluated(step, parts);
    }

    /** This worker's part of a checkpoint is whole on disk. */
    public List<WorkerAction> partStored(WorkerAction.Store part, long stateHash, List<String> digests) {
        return send(new ToCoordinator.StoredPart(
                part.generation(), part.step(), stateHash, part.part(), part.parts(), digests));
    }

    /** A checkpoint is whole on disk. */
    public List<WorkerAction> stored(
            Generation by, long step, long stateHash, String directory, String manifestSha256) {
        return send(new ToCoordinator.Stored(by, step, stateHash, directory, manifestSha256));
    }

    /** A checkpoint cannot be written: training goes on without it. */
    public List<WorkerAction> notStored(Generation by, long step, String reason) {
        return send(new ToCoordinator.NotStored(by, step, reason));
    }

    /** Rule 3: what is held does not have the hash it had. Nothing is contributed, everything held is thrown away. */
    public List<WorkerAction> corrupted(long found) {
        if (!steps.isComputing()) return List.of();
        enter(Phase.SEALED);
        steps.window().forgetVotes();
        String reason = "its state of step " + state().step() + " changed by itself: hash " + Long.toHexString(found)
                + ", was " + Long.toHexString(state().hash());
        return List.of(
                new WorkerAction.Forget(),
                new WorkerAction.Send(new ToCoordinator.Corrupted(generation(), state().step(), reason)));
    }

    /** The driver holds the initial state again. */
    public List<WorkerAction> forgotten(StateName initial, Cursor at) {
        steps.holds(initial, at);
        return List.of();
    }

    /** A collective or link of a generation broke: seal at once and report (rule 8). */
    public List<WorkerAction> broken(Generation of, int peerRank, String reason) {
        if (phase == Phase.ENDED || phase == Phase.JOINING || !of.equals(generation())) return List.of();
        if (reattaching) return rejoin();
        enter(Phase.SEALED);
        return send(new ToCoordinator.Broken(of, state(), peerRank, reason));
    }

    /** This worker cannot go on. */
    public List<WorkerAction> fail(RubatoException error) {
        enter(Phase.ENDED);
        String reason = String.valueOf(error.getMessage());
        return List.of(
                new WorkerAction.Send(
                        new ToCoordinator.Failed(reason, error.kind().exitCode())),
                new WorkerAction.Exit(error.kind().exitCode(), reason));
    }

    private List<WorkerAction> end(int exitCode, String reason) {
        enter(Phase.ENDED);
        return List.of(new WorkerAction.Exit(exitCode, reason));
    }

    private static List<WorkerAction> send(ToCoordinator message) {
        return List.of(new WorkerAction.Send(message));
    }
}
