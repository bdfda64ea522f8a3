package rubato.net;

import rubato.world.Generation;
import rubato.world.WorkerId;

/** What the two ends of a link tell each other beside the data. */
sealed interface ControlMessage {
    /** The first message in either direction: who this is, on which host, and what it would use. */
    record Greeting(WorkerId worker, long host, TransportChoice choice) implements ControlMessage {}

    /** How the bytes go, said by the dialer. */
    record Carrier(TransportChoice choice, int streams) implements ControlMessage {}

    /** Where to meet: the name of a shared segment or the path of a Unix-domain socket; empty if there is none to be had. */
    record Place(String name) implements ControlMessage {}

    /** The answer to a place: whether it was reached. */
    record Reached(boolean yes) implements ControlMessage {}

    /** From byte {@code sent} of the data on, everything belongs to this generation. */
    record Begin(Generation generation, long sent) implements ControlMessage {}

    /** After byte {@code sent} of the data nothing of this generation follows. */
    record Leave(Generation generation, long sent) implements ControlMessage {}

    /** The generation is given up; nothing follows byte {@code sent}. */
    record Abort(Generation generation, long sent, int blamed, String reason) implements ControlMessage {}

    /** Look again: shared memory has changed. */
    record Wake() implements ControlMessage {
        static final Wake INSTANCE = new Wake();
    }
}
