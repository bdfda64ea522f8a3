package rubato.schedule;

/**
 * One range of the vector on its way, ascending. Element e may move once every move listed in {@code after} that covers e has
 * moved it.
 */
public sealed interface Move {
    int from();

    int to();

    /** Indexes of earlier moves of the schedule. */
    int[] after();

    /** The caller says how far the range is ready. */
    record Given(int from, int to, int[] after) implements Move {}

    /**
     * Sends the range, as it then is, to a peer.
     *
     * @param last whether it is a result and not a contribution
     */
    record Send(int peer, int from, int to, boolean last, int[] after) implements Move {}

    /** Overwrites the range with what a peer sends. */
    record Take(int peer, int from, int to, int[] after) implements Move {}

    /**
     * Combines what the other ranks of {@code order} send with the own range, strictly in that order.
     *
     * @param last whether the result is final
     */
    record Fold(int[] order, int from, int to, boolean last, int[] after) implements Move {}
}
