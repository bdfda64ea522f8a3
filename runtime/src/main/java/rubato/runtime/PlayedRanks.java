package rubato.runtime;

import java.util.List;
import org.jspecify.annotations.Nullable;
import rubato.compress.CompressionException;
import rubato.compress.InProcess;
import rubato.error.RubatoException;
import rubato.model.Model;
import rubato.protocol.PlayedResiduals;
import rubato.protocol.Recipe;
import rubato.protocol.WorkerAction;
import rubato.schedule.PlayedSum;
import rubato.world.Generation;
import rubato.world.WorkerId;

/** The ranks of recorded steps, all played by one process: each keeps the residual it kept then. */
final class PlayedRanks {
    private final Model model;
    private final PlayedResiduals<GradientExchange> exchanges;

    PlayedRanks(Model model, long seed) {
        this.model = model;
        this.exchanges = new PlayedResiduals<>(() -> GradientExchange.of(model, seed), GradientExchange::residual);
    }

    /** Sums the gradients of a step's ranks into the first of them. */
    void sum(Recipe.Redo redo, WorkerAction.Compute step, List<float[]> gradients) {
        Generation generation = redo.commit().generation();
        exchanges.enter(redo);
        if (exchanges.isEmpty() && !redo.plan().isCompressed()) {
            PlayedSum.sum(redo.plan().allReduce(), gradients, model.parameterCount());
            return;
        }
        if (redo.ranks().size() != gradients.size())
            throw RubatoException.failed("step " + step.step() + " was compressed by " + gradients.size()
                    + " ranks, but the ledger names " + redo.ranks().size());
        List<GradientExchange> byRank = exchanges.of(redo.ranks());
        try {
            InProcess.run(gradients.size(), redo.plan().allReduce(), wire -> {
                byRank.get(wire.rank()).sum(generation, step, gradients.get(wire.rank()), wire);
                return true;
            });
        } catch (CompressionException e) {
            throw RubatoException.failed("recomputing step " + step.step() + ": " + e.getMessage(), e);
        }
    }

    void resolved(boolean skipped) {
        exchanges.resolved(skipped);
    }

    /** The exchange of a worker as the recomputed steps left it, if it had a part in the last. */
    @Nullable
    GradientExchange of(WorkerId worker) {
        return exchanges.of(worker);
    }
}
