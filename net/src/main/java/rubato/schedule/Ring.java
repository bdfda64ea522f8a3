package rubato.schedule;

/** Slice i starts at rank i+1, is added to by every rank in turn, is complete at rank i, and goes round once more. */
final class Ring {
    private Ring() {}

    static void allReduce(Draft draft, Circle circle, Span span, int unit, int... after) {
        int sum = reduceScatter(draft, circle, span, unit, after);
        allGather(draft, circle, span, unit, sum == Draft.NONE ? after : new int[] {sum});
    }

    /** @return the fold that completes the own slice */
    static int reduceScatter(Draft draft, Circle circle, Span span, int unit, int... after) {
        int n = circle.size();
        if (n == 1) return draft.fold(circle.members(), span, true, after);
        int fold = Draft.NONE;
        for (int round = 0; round < n - 1; round++) {
            Span leaving = span.part(circle.index(-1 - round), n, unit);
            Span coming = span.part(circle.index(-2 - round), n, unit);
            draft.send(circle.further(1), leaving, Draft.join(after, fold));
            int[] order = {circle.further(-1), draft.rank()};
            fold = draft.fold(order, coming, round == n - 2, after);
        }
        return fold;
    }

    /** @return the moves that bring the others' slices */
    static int[] allGather(Draft draft, Circle circle, Span span, int unit, int... after) {
        int n = circle.size();
        int[] taken = new int[n - 1];
        int[] before = after;
        for (int round = 0; round < n - 1; round++) {
            draft.send(circle.further(1), span.part(circle.index(-round), n, unit), before);
            taken[round] = draft.take(circle.further(-1), span.part(circle.index(-1 - round), n, unit));
            before = new int[] {taken[round]};
        }
        return taken;
    }
}
