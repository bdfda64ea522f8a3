package rubato.runtime;

import java.util.List;
import rubato.codec.RecordCodec;
import rubato.plan.Plan;
import rubato.step.StateName;
import rubato.step.StepTotals;
import rubato.world.Generation;

/** What workers say to each other when one takes over the state of others. The order of the permitted records is the wire format. */
sealed interface StateMessage {
    RecordCodec<StateMessage> CODEC = RecordCodec.of(StateMessage.class);

    /** Stands for the gradient of the delta last told, where a vector is named. */
    int GRADIENT = -1;

    /** Asks for a copy of a state, by step and hash. */
    record Ask(StateName name) implements StateMessage {}

    /** Asks for what is frozen after a step, by whatever hash. */
    record AskFrozen(long step) implements StateMessage {}

    /** The copy is there: the small values and the lengths of its vectors. */
    record Offer(StateName name, byte[] scalars, List<Integer> lengths) implements StateMessage {}

    /** Asks for a part of a vector. */
    record Want(int vector, int from, int count) implements StateMessage {}

    /** The part, as little-endian float32. */
    record Part(int vector, int from, byte[] values) implements StateMessage {}

    /** Asks for what a step did to the state; answered once it is done. */
    record AskDelta(long step) implements StateMessage {}

    /**
     * What a step did to the state; its gradient (the reduced sum) is to be asked for in parts.
     *
     * @param hash of the state after it
     * @param newest step the donor has done
     */
    record Delta(
            Generation generation, long step, Plan plan, StepTotals totals, boolean skipped, long hash, long newest)
            implements StateMessage {}

    /** It cannot be had here. */
    record Gone(String reason) implements StateMessage {}

    default byte[] encode() {
        return CODEC.encode(this);
    }
}
