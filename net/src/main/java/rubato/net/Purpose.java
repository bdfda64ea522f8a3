package rubato.net;

import rubato.world.WorkerId;

/** What a connection is for; proved together with the token, so that it cannot be forged or replayed. */
public sealed interface Purpose {
    Purpose CONTROL = new Control();

    /** Messages between a worker and the coordinator. */
    record Control() implements Purpose {}

    /**
     * A stream between two ranks of one generation.
     *
     * @param from the dialer's rank
     * @param to the rank the dialer means to reach
     */
    record Data(long term, long number, int from, int to, int size, WorkerId worker) implements Purpose {
        public Data {
            if (term < 0 || number < 0)
                throw new IllegalArgumentException("generation must be >= 0, was " + term + "." + number);
            if (from < 0 || to < 0 || from >= size || to >= size || from == to)
                throw new IllegalArgumentException(
                        "ranks must be two of 0.." + (size - 1) + ", were " + from + ", " + to);
        }
    }
}
