package rubato.protocol;

import rubato.plan.Plan;
import rubato.world.Generation;
import rubato.world.World;

/** A world that is to be: the state it starts from and the plan it starts under. */
record Proposal(World world, Base base, Plan plan) {
    boolean is(Generation generation) {
        return generation.equals(world.generation());
    }
}
