package rubato.protocol;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import rubato.error.RubatoException;
import rubato.step.Contribution;
import rubato.step.StepTotals;

/** Steps whose arithmetic is not finite: clipped, skipped by all, or the end of the run; so many in a row are its end too. */
final class SkippedSteps {
    private final BadArithmetic bad;
    private List<Integer> nonFinite = List.of();
    private int inARow;

    SkippedSteps(BadArithmetic bad) {
        this.bad = bad;
    }

    /** Whether a step with these contributions is to be skipped. */
    boolean skips(List<Contribution> byRank, StepTotals totals) {
        nonFinite = IntStream.range(0, byRank.size())
                .filter(rank -> !byRank.get(rank).finite())
                .boxed()
                .toList();
        return !totals.finite() && bad != BadArithmetic.CLIP;
    }

    /** Ranks whose contribution to the step under way is not finite. */
    List<Integer> nonFinite() {
        return nonFinite;
    }

    /** A step was applied or skipped. @return why training cannot go on after it, if it cannot */
    Optional<RubatoException> settled(long step, boolean skipped) {
        if (skipped && bad == BadArithmetic.STOP) {
            return Optional.of(RubatoException.diverged(
                    "step " + step + ": a loss or gradient is not finite (on-nonfinite = stop)"));
        }
        inARow = skipped ? inARow + 1 : 0;
        if (inARow < Rhythm.MAX_SKIPPED) return Optional.empty();
        return Optional.of(RubatoException.diverged(
                "step " + step + ": " + inARow + " steps in a row with a loss or gradient that is not finite"));
    }
}
