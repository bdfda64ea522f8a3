package rubato.protocol;

import java.util.List;
import rubato.history.Entry;
import rubato.plan.Plan;
import rubato.world.WorkerId;

/**
 * How to make a state that nobody holds any more: from a checkpoint, by recomputing the steps recorded after it; each must give
 * its recorded hash (protocol rule 16).
 *
 * @param checkpoint directory name, or "" for the initial state
 * @param hash of the state the checkpoint was registered with; what else lies there is not it. 0 for the initial state
 * @param steps recorded steps after it, in order
 */
public record Recipe(String checkpoint, long hash, List<Redo> steps) {
    public static final Recipe NONE = new Recipe("", 0, List.of());

    /**
     * One recorded step and the plan it ran under.
     *
     * @param ranks the workers of its generation, by rank
     * @param nothingKept ranks that began the generation with nothing kept back by compression
     */
    public record Redo(Entry.Commit commit, Plan plan, List<WorkerId> ranks, List<Integer> nothingKept) {
        public Redo {
            ranks = List.copyOf(ranks);
            nothingKept = List.copyOf(nothingKept);
        }
    }

    public Recipe {
        steps = List.copyOf(steps);
    }
}
