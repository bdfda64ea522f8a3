package rubato.schedule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A schedule being written for one rank. Empty ranges leave no move behind. */
final class Draft {
    /** The index of a move that is not there. */
    static final int NONE = -1;

    private final int rank;
    private final int size;
    private final List<Move> moves = new ArrayList<>();
    private final List<List<Integer>> sends = new ArrayList<>();
    private final List<List<Integer>> receives = new ArrayList<>();
    private final List<Integer> alone = new ArrayList<>();

    Draft(int rank, int size) {
        this.rank = rank;
        this.size = size;
        for (int peer = 0; peer < size; peer++) {
            sends.add(new ArrayList<>());
            receives.add(new ArrayList<>());
        }
    }

    int rank() {
        return rank;
    }

    int given(Span span) {
        return span.isEmpty() ? NONE : add(new Move.Given(span.from(), span.to(), new int[0]));
    }

    int send(int peer, Span span, int... after) {
        return send(peer, span, false, after);
    }

    /** Sends a result. */
    int sendLast(int peer, Span span, int... after) {
        return send(peer, span, true, after);
    }

    private int send(int peer, Span span, boolean last, int[] after) {
        if (span.isEmpty()) return NONE;
        int index = add(new Move.Send(peer, span.from(), span.to(), last, present(after)));
        sends.get(peer).add(index);
        return index;
    }

    int take(int peer, Span span, int... after) {
        if (span.isEmpty()) return NONE;
        int index = add(new Move.Take(peer, span.from(), span.to(), present(after)));
        receives.get(peer).add(index);
        return index;
    }

    int fold(int[] order, Span span, boolean last, int... after) {
        if (span.isEmpty()) return NONE;
        int index = add(new Move.Fold(order, span.from(), span.to(), last, present(after)));
        for (int peer : order) if (peer != rank) receives.get(peer).add(index);
        if (order.length == 1) alone.add(index);
        return index;
    }

    Schedule schedule(int[] members) {
        return new Schedule(List.copyOf(moves), toArrays(sends), toArrays(receives), toArray(alone), members);
    }

    private int[][] toArrays(List<List<Integer>> lists) {
        int[][] arrays = new int[size][];
        for (int peer = 0; peer < size; peer++) arrays[peer] = toArray(lists.get(peer));
        return arrays;
    }

    private static int[] toArray(List<Integer> list) {
        return list.stream().mapToInt(Integer::intValue).toArray();
    }

    private int add(Move move) {
        moves.add(move);
        return moves.size() - 1;
    }

    static int[] join(int[] some, int... more) {
        int[] all = Arrays.copyOf(some, some.length + more.length);
        System.arraycopy(more, 0, all, some.length, more.length);
        return all;
    }

    private static int[] present(int[] indexes) {
        return Arrays.stream(indexes).filter(index -> index != NONE).toArray();
    }
}
