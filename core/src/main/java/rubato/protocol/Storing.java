package rubato.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import rubato.event.Event;
import rubato.history.Entry;
import rubato.plan.Plan;
import rubato.step.Cursor;
import rubato.world.Generation;
import rubato.world.Member;
import rubato.world.WorkerId;
import rubato.world.World;

/** Checkpoints on their way: due after a step, written in parts, whole, registered; or failed, and the last one tried again. */
final class Storing {
    private static final long SECOND = 1_000_000_000L;
    private static final long STORE_AGAIN_NANOS = SECOND;
    private static final long LAST_STORE_NANOS = 60 * SECOND;

    private final Accounts accounts;
    private final Rhythm rhythm;
    private final TreeMap<Long, ToCoordinator.Stored> stored = new TreeMap<>();
    private final Parts parts = new Parts();
    /** Last committed step after which a checkpoint was due. */
    private long due;
    /** When the checkpoint of the run's last step failed first and last, −1 for never. */
    private long failedFirst = -1;

    private long failedLast;
    private String failure = "";

    Storing(Accounts accounts, Rhythm rhythm) {
        this.accounts = accounts;
        this.rhythm = rhythm;
        for (Recipe.Redo step : accounts.recipe(0).steps()) {
            long at = step.commit().step();
            noteDue(at, step.plan(), accounts.cursorAt(at - 1), accounts.cursorAt(at));
        }
    }

    /** A generation starts from a base. */
    void activated(Base base) {
        if (owesCheckpoint(base)) due = base.name().step();
        failedFirst = -1;
    }

    /** Later history was given up. */
    void rolledBack() {
        stored.clear();
        due = Math.min(due, accounts.committed().step());
    }

    void noteDue(long step, Plan plan, Cursor before, Cursor after) {
        if (rhythm.storesAfter(step, plan, before, after)) due = step;
    }

    /** Whether a checkpoint due at a base or before it is not registered: its writer died, or its disk was full. */
    boolean owesCheckpoint(Base base) {
        long latest = due;
        Cursor cursor = accounts.cursor();
        for (Entry.Commit commit : base.completed()) {
            Plan plan = accounts.planned(commit.planVersion());
            Cursor after = accounts.take(cursor, plan).after();
            if (rhythm.storesAfter(commit.step(), plan, cursor, after)) latest = commit.step();
            cursor = after;
        }
        long has = Math.max(0, accounts.checkpointed());
        return latest > has && base.name().step() > has;
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
        for (Member member : world.members())
            actions.add(new CoordinatorAction.Send(member.id(), new ToWorker.StoreAgain(world.generation(), step)));
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
    List<CoordinatorAction> registerStored() {
        List<CoordinatorAction> actions = new ArrayList<>();
        while (!stored.isEmpty() && stored.firstKey() <= accounts.committed().step()) {
            ToCoordinator.Stored done = stored.pollFirstEntry().getValue();
            Long hash = accounts.hashOf(done.step());
            if (done.step() <= accounts.checkpointed() || hash == null || hash != done.hash()) continue;
            List<Entry> entries = new ArrayList<>();
            Entry.Checkpoint checkpoint =
                    new Entry.Checkpoint(done.step(), done.hash(), done.directory(), done.manifestSha256());
            entries.add(checkpoint);
            accounts.add(checkpoint);
            parts.forget(done.step());
            failedFirst = -1;
            actions.add(new CoordinatorAction.Append(
                    entries,
                    List.of(new CoordinatorAction.Tell(new Event.CheckpointStored(done.step(), done.directory())))));
        }
        return actions;
    }
}
