package rubato.net;

import rubato.world.WorkerId;

/** What a connection is for; proved together with the token, so that it cannot be forged or replayed. */
public sealed interface Purpose {
    Purpose CONTROL = new Control();
    /** Data sockets of one link at most. */
    int MAX_INDEX = 16;

    /** Messages between a worker and the coordinator. */
    record Control() implements Purpose {}

    /**
     * One socket of a link, first made for two ranks of this generation.
     *
     * @param from the dialer's rank
     * @param to the rank the dialer means to reach
     * @param link names the link among those between the two
     * @param index 0 for control, from 1 on for data
     */
    record Data(long term, long number, int from, int to, int size, WorkerId worker, long link, int index)
            implements Purpose {
        public Data {
            if (term < 0 || number < 0)
                throw new IllegalArgumentException("generation must be >= 0, was " + term + "." + number);
            if (from < 0 || to < 0 || from >= size || to >= size || from == to)
                throw new IllegalArgumentException(
                        "ranks must be two of 0.." + (size - 1) + ", were " + from + ", " + to);
            if (index < 0 || index > MAX_INDEX)
                throw new IllegalArgumentException("index must be in 0.." + MAX_INDEX + ", was " + index);
        }
    }
}
