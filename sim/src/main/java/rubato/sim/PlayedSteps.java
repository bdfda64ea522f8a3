package rubato.sim;

import java.util.List;
import org.jspecify.annotations.Nullable;
import rubato.protocol.PlayedResiduals;
import rubato.protocol.Recipe;
import rubato.protocol.Rhythm;
import rubato.protocol.WorkerAction;
import rubato.random.Permutation;
import rubato.step.Cursor;
import rubato.world.Generation;
import rubato.world.WorkerId;

/** Recorded steps made again by one worker that plays every rank in turn (rule 16). */
final class PlayedSteps {
    private final SimulatedReplica replica;
    private final Rhythm rhythm;
    private final Unrepeatable known;
    private final PlayedResiduals<SimulatedFeedback> ranks =
            new PlayedResiduals<>(SimulatedFeedback::new, SimulatedFeedback::residual);

    PlayedSteps(SimulatedReplica replica, Rhythm rhythm) {
        this(replica, rhythm, new Unrepeatable());
    }

    /** @param known contributions that were others than are computed now */
    PlayedSteps(SimulatedReplica replica, Rhythm rhythm, Unrepeatable known) {
        this.replica = replica;
        this.rhythm = rhythm;
        this.known = known;
    }

    void redo(Recipe.Redo redo, Permutation order) {
        Generation generation = redo.commit().generation();
        ranks.enter(redo);
        List<SimulatedFeedback> byRank = ranks.of(redo.ranks());
        WorkerAction.Compute step = step(redo);
        Arithmetic.redo(
                replica,
                redo.commit(),
                redo.plan(),
                rhythm.data(),
                order,
                (rank, gradient) ->
                        byRank.get(rank).send(generation, step, known.was(generation, step.step(), rank, gradient)));
        ranks.resolved(redo.commit().skipped());
    }

    private WorkerAction.Compute step(Recipe.Redo redo) {
        Cursor before = replica.cursor();
        Cursor.Taken taken = Arithmetic.taken(before, redo.plan(), rhythm.data());
        boolean whole = rhythm.transmitsWhole(redo.commit().step(), redo.plan(), before, taken.after());
        return new WorkerAction.Compute(redo.commit().step(), redo.plan(), List.of(), taken.epoch(), whole);
    }

    /** What a worker compresses with after these steps, null if it had no part in the last. */
    @Nullable
    SimulatedFeedback of(WorkerId worker) {
        return ranks.of(worker);
    }
}
