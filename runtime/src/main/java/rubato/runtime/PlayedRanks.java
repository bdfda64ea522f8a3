package rubato.runtime;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import rubato.compress.CompressionException;
import rubato.compress.InProcess;
import rubato.error.RubatoException;
import rubato.model.Model;
import rubato.plan.Compression;
import rubato.protocol.Recipe;
import rubato.protocol.WorkerAction;
import rubato.schedule.PlayedSum;
import rubato.world.Generation;
import rubato.world.WorkerId;

/** The ranks of recorded steps, all played by one process: each keeps the residual it kept then. */
final class PlayedRanks {
    private final Model model;
    private final long seed;
    private final Map<WorkerId, GradientExchange> exchanges = new HashMap<>();
    private Generation generation = Generation.NONE;

    PlayedRanks(Model model, long seed) {
        this.model = model;
        this.seed = seed;
    }

    /** Sums the gradients of a step's ranks into the first of them. */
    void sum(Recipe.Redo redo, WorkerAction.Compute step, List<float[]> gradients) {
        enter(redo);
        if (exchanges.isEmpty() && redo.plan().compression() instanceof Compression.None) {
            PlayedSum.sum(redo.plan().allReduce(), gradients, model.parameterCount());
            return;
        }
        if (redo.ranks().size() != gradients.size())
            throw RubatoException.failed("step " + step.step() + " was compressed by " + gradients.size()
                    + " ranks, but the ledger names " + redo.ranks().size());
        List<GradientExchange> byRank = redo.ranks().stream()
                .map(id -> exchanges.computeIfAbsent(id, joiner -> GradientExchange.of(model, seed)))
                .toList();
        try {
            InProcess.run(gradients.size(), redo.plan().allReduce(), wire -> {
                byRank.get(wire.rank()).sum(generation, step, gradients.get(wire.rank()), wire);
                return true;
            });
        } catch (CompressionException e) {
            throw RubatoException.failed("recomputing step " + step.step() + ": " + e.getMessage(), e);
        }
    }

    private void enter(Recipe.Redo redo) {
        if (redo.commit().generation().equals(generation)) return;
        generation = redo.commit().generation();
        exchanges.keySet().retainAll(redo.ranks());
        exchanges.values().forEach(GradientExchange::reverted);
    }

    void resolved(boolean skipped) {
        for (GradientExchange each : exchanges.values()) {
            if (skipped) each.reverted();
            else each.applied();
        }
    }

    /** The exchange of a worker as the recomputed steps left it, if it had a part in the last. */
    @Nullable
    GradientExchange of(WorkerId worker) {
        return exchanges.get(worker);
    }
}
