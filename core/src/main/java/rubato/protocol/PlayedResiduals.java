package rubato.protocol;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import rubato.world.Generation;
import rubato.world.WorkerId;

/**
 * The residuals of the ranks of recorded steps, all played by one process: each keeps back what it kept back then (rule 16).
 *
 * @param <T> what a rank compresses with
 */
public final class PlayedResiduals<T> {
    private final Supplier<T> joiner;
    private final Function<T, Residual> residual;
    private final Map<WorkerId, T> played = new HashMap<>();
    private Generation generation = Generation.NONE;

    /** @param joiner makes what one that has kept nothing back compresses with */
    public PlayedResiduals(Supplier<T> joiner, Function<T, Residual> residual) {
        this.joiner = joiner;
        this.residual = residual;
    }

    /** The next step is this: who is no rank of its generation, or began it with nothing, has lost what it kept back. */
    public void enter(Recipe.Redo step) {
        Generation of = step.commit().generation();
        if (of.equals(generation)) return;
        generation = of;
        played.keySet().retainAll(step.ranks());
        for (int rank : step.nothingKept()) played.remove(step.ranks().get(rank));
        played.values().forEach(each -> residual.apply(each).aborted());
    }

    /** Whether no rank has compressed anything so far. */
    public boolean isEmpty() {
        return played.isEmpty();
    }

    /** What the ranks of the present generation compress with. */
    public List<T> of(List<WorkerId> ranks) {
        return ranks.stream()
                .map(id -> played.computeIfAbsent(id, joined -> joiner.get()))
                .toList();
    }

    /** The step was applied, or skipped by all. */
    public void resolved(boolean skipped) {
        for (T each : played.values()) {
            if (skipped) residual.apply(each).skipped();
            else residual.apply(each).applied();
        }
    }

    /** What a worker compresses with after the steps played so far, null if it had no part in the last. */
    public @Nullable T of(WorkerId worker) {
        return played.get(worker);
    }
}
