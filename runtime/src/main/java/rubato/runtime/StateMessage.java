package rubato.runtime;

import java.util.List;
import rubato.codec.RecordCodec;
import rubato.step.StateName;

/** What workers say to each other when one takes over the state of others. The order of the permitted records is the wire format. */
sealed interface StateMessage {
    RecordCodec<StateMessage> CODEC = RecordCodec.of(StateMessage.class);

    /** Asks for a frozen copy of a state, by step and hash. */
    record Ask(StateName name) implements StateMessage {}

    /** The copy is there: the small values and the lengths of its vectors. */
    record Offer(StateName name, byte[] scalars, List<Integer> lengths) implements StateMessage {}

    /** Asks for a part of a vector. */
    record Want(int vector, int from, int count) implements StateMessage {}

    /** The part, as little-endian float32. */
    record Part(int vector, int from, byte[] values) implements StateMessage {}

    /** It cannot be had here. */
    record Gone(String reason) implements StateMessage {}

    default byte[] encode() {
        return CODEC.encode(this);
    }
}
