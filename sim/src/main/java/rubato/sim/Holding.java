package rubato.sim;

import java.util.List;
import org.jspecify.annotations.Nullable;
import rubato.error.RubatoException;
import rubato.protocol.Recipe;
import rubato.protocol.WorkerAction;
import rubato.step.StateName;
import rubato.world.Member;
import rubato.world.WorkerId;

/** How a worker comes to hold the base of a generation: as it is, from a holder, or by the recipe. */
final class Holding {
    /** What the worker it belongs to does about it. */
    interface Owner {
        StateName state();

        void later(long nanos, Runnable action);

        void fetch(Member holder, Packet.Fetch wanted);

        void held(WorkerAction.Hold hold);

        void notHeld(WorkerAction.Hold hold, boolean recomputed, String reason);
    }

    private static final long FETCH_NANOS = Scenario.SECOND;

    private final Stage stage;
    private final WorkerId self;
    private final SimulatedReplica replica;
    private final WorkerResidual residual;
    private final Owner owner;
    private WorkerAction.@Nullable Hold holding;
    private int holder;

    Holding(Stage stage, WorkerId self, SimulatedReplica replica, WorkerResidual residual, Owner owner) {
        this.stage = stage;
        this.self = self;
        this.replica = replica;
        this.residual = residual;
        this.owner = owner;
    }

    boolean isUnderWay() {
        return holding != null;
    }

    void begin(WorkerAction.Hold hold) {
        holding = hold;
        holder = 0;
        if (replica.is(hold.base())) {
            owner.later(stage.about(Scenario.MS), () -> renamed(hold));
        } else if (hold.holders().isEmpty()) {
            long redone = hold.recipe().steps().size() * Scenario.MS;
            owner.later(stage.about(20 * Scenario.MS) + redone, () -> recompute(hold));
        } else {
            fetchNext(hold);
        }
    }

    private void renamed(WorkerAction.Hold hold) {
        if (holding != hold) return;
        residual.renamed(owner.state(), hold.base());
        held(hold);
    }

    private void held(WorkerAction.Hold hold) {
        holding = null;
        if (hold.stored()) residual.forgot();
        owner.held(hold);
    }

    private void notHeld(WorkerAction.Hold hold, boolean recomputed, String reason) {
        holding = null;
        replica.reset();
        residual.forgot();
        owner.notHeld(hold, recomputed, reason);
    }

    private void fetchNext(WorkerAction.Hold hold) {
        if (holding != hold) return;
        List<Member> holders = hold.holders().stream()
                .filter(member -> !member.id().equals(self))
                .toList();
        if (holder >= holders.size()) {
            notHeld(hold, false, "no holder handed over its state");
            return;
        }
        int tried = holder;
        owner.fetch(holders.get(holder), new Packet.Fetch(hold.base()));
        owner.later(FETCH_NANOS, () -> {
            if (holding == hold && holder == tried) fetchFailed("no answer in time");
        });
    }

    void fetchFailed(String reason) {
        stage.trace(self.name(), "no state fetched: " + reason);
        holder++;
        if (holding != null) fetchNext(holding);
    }

    void received(Packet.State state) {
        WorkerAction.Hold hold = holding;
        SimulatedReplica.Snapshot snapshot = state.snapshot();
        if (hold == null) return;
        if (snapshot == null) {
            fetchFailed("does not hold it");
            return;
        }
        owner.later(stage.about(10 * Scenario.MS), () -> {
            if (holding != hold) return;
            boolean updated = replica.isUpdatedIn(snapshot);
            replica.restore(snapshot);
            if (!replica.is(hold.base())) {
                fetchFailed("another state");
                return;
            }
            residual.tookOver(hold.base(), updated);
            held(hold);
        });
    }

    private void recompute(WorkerAction.Hold hold) {
        if (holding != hold) return;
        Recipe recipe = hold.recipe();
        try {
            if (recipe.checkpoint().isEmpty()) replica.reset();
            else SavedState.load(stage, recipe, replica);
        } catch (RubatoException e) {
            notHeld(hold, false, String.valueOf(e.getMessage()));
            return;
        }
        PlayedSteps played = new PlayedSteps(replica, stage.scenario.rhythm());
        for (Recipe.Redo redo : recipe.steps()) {
            played.redo(redo, stage.permutation(epochOf(redo)));
            if (replica.hash(redo.commit().step()) != redo.commit().hash()) {
                notHeld(hold, true, "step " + redo.commit().step() + " gives another hash than recorded");
                return;
            }
        }
        if (!replica.is(hold.base())) {
            notHeld(hold, true, "the recipe does not make " + hold.base());
            return;
        }
        residual.recomputed(recipe, played.of(self));
        held(hold);
    }

    private static long epochOf(Recipe.Redo redo) {
        return redo.commit().ranges().stream()
                .flatMap(List::stream)
                .findFirst()
                .orElseThrow()
                .epoch();
    }

    /** Another generation is proposed: whoever is asked for this base may be gone. */
    void giveUp(String reason) {
        WorkerAction.Hold hold = holding;
        if (hold == null || hold.holders().isEmpty() || replica.is(hold.base())) return;
        notHeld(hold, false, reason);
    }
}
