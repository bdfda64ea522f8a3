package rubato.protocol;

import org.jspecify.annotations.Nullable;
import rubato.error.RubatoException;
import rubato.world.Generation;

/**
 * Members of a generation hold different states after the same step (rule 9). Once, it is got over: the step is redone. The same step
 * once more is no accident.
 *
 * @param holders who holds which, for people
 */
record Dispute(Generation generation, long step, String holders) {
    /** Whether it comes again after an earlier one, in another generation. */
    boolean repeats(@Nullable Dispute before) {
        return before != null && before.step == step && !before.generation.equals(generation);
    }

    /** Why the run ends with it. */
    RubatoException error() {
        return RubatoException.diverged("after step " + step + " workers hold different states for the second time ("
                + holders + " in generation " + generation
                + "): they do not compute the same; run all on the same Java version and kind of machine");
    }
}
