package rubato.schedule;

/** Direct exchange: rank i of n owns slice i, everyone talks to everyone. */
final class Exchange {
    private Exchange() {}

    static void allReduce(Draft draft, Circle circle, Span span, int unit, int given) {
        int sum = reduceScatter(draft, circle, span, unit, true, given);
        allGather(draft, circle, span, unit, sum == Draft.NONE ? given : sum);
    }

    /** @return the fold of the own slice, in rank order */
    static int reduceScatter(Draft draft, Circle circle, Span span, int unit, boolean last, int... after) {
        int n = circle.size();
        for (int i = 1; i < n; i++) draft.send(circle.further(i), span.part(circle.index(i), n, unit), after);
        return draft.fold(circle.members(), span.part(circle.own(), n, unit), last, after);
    }

    /** Spreads every rank's own slice. @return the moves that bring the others' */
    static int[] allGather(Draft draft, Circle circle, Span span, int unit, int... after) {
        int n = circle.size();
        int[] taken = new int[n - 1];
        for (int i = 1; i < n; i++) draft.sendLast(circle.further(i), span.part(circle.own(), n, unit), after);
        for (int i = 1; i < n; i++) taken[i - 1] = draft.take(circle.further(i), span.part(circle.index(i), n, unit));
        return taken;
    }

    /** Everyone sends everything and adds everything: one message deep, for short vectors. */
    static void flat(Draft draft, Circle circle, Span span, int given) {
        int n = circle.size();
        int[] sent = new int[n];
        for (int i = 1; i < n; i++) sent[i] = draft.send(circle.further(i), span, given);
        sent[0] = given;
        draft.fold(circle.members(), span, true, sent);
    }
}
