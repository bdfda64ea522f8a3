package rubato.step;

import rubato.world.Generation;

/** The name of a replicated state: lineage, generation that executed its last step, step, hash (of everything replicated). */
public record StateName(long lineage, Generation generation, long step, long hash) {
    @Override
    public String toString() {
        return "step " + step + " of generation " + generation + " (" + Long.toHexString(hash) + ")";
    }
}
