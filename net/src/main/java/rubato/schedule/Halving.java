package rubato.schedule;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/** Recursive halving and doubling over the largest power of two of ranks; see {@link rubato.plan.Algorithm.Halving}. */
final class Halving {
    private final Draft draft;
    private final Circle circle;
    private final Span span;
    private final int unit;
    private final int power;
    private final int extra;

    private Halving(Draft draft, Circle circle, Span span, int unit) {
        this.draft = draft;
        this.circle = circle;
        this.span = span;
        this.unit = unit;
        this.power = Integer.highestOneBit(circle.size());
        this.extra = circle.size() - power;
    }

    static void allReduce(Draft draft, Circle circle, Span span, int unit, int given) {
        new Halving(draft, circle, span, unit).allReduce(given);
    }

    private void allReduce(int given) {
        int own = circle.own();
        if (own < 2 * extra && own % 2 == 0) {
            draft.send(circle.further(1), span, given);
            draft.take(circle.further(1), span);
            return;
        }
        int sum = given;
        boolean doubled = own < 2 * extra;
        if (doubled) {
            int[] order = {circle.further(-1), draft.rank()};
            sum = draft.fold(order, span, power == 1, given);
        }
        int[] whole = halveAndDouble(doubled ? own / 2 : own - extra, sum, given);
        if (doubled) draft.send(circle.further(-1), span, whole);
    }

    private record Round(int partner, int ownFirst, int otherFirst, int parts) {}

    /** @return the moves after which the whole span is final */
    private int[] halveAndDouble(int place, int sum, int given) {
        if (power == 1) return new int[] {draft.fold(new int[] {draft.rank()}, span, true, sum)};
        Deque<Round> rounds = new ArrayDeque<>();
        int[] before = {sum, given};
        int first = 0;
        for (int distance = power / 2; distance >= 1; distance /= 2) {
            boolean lower = (place & distance) == 0;
            Round round = new Round(
                    member(place ^ distance),
                    lower ? first : first + distance,
                    lower ? first + distance : first,
                    distance);
            draft.send(round.partner(), parts(round.otherFirst(), distance), before);
            int[] order = {Math.min(draft.rank(), round.partner()), Math.max(draft.rank(), round.partner())};
            int fold = draft.fold(order, parts(round.ownFirst(), distance), distance == 1, before);
            before = new int[] {fold};
            first = round.ownFirst();
            rounds.push(round);
        }
        return doubleUp(rounds, before);
    }

    private int[] doubleUp(Deque<Round> rounds, int[] folded) {
        int[] have = folded;
        for (Round round : rounds) {
            draft.send(round.partner(), parts(round.ownFirst(), round.parts()), have);
            have = Draft.join(have, draft.take(round.partner(), parts(round.otherFirst(), round.parts())));
        }
        return Arrays.copyOf(have, have.length);
    }

    private Span parts(int first, int count) {
        return span.parts(first, first + count, power, unit);
    }

    /** The rank at a place of the power of two. */
    private int member(int place) {
        return circle.members()[place < extra ? 2 * place + 1 : place + extra];
    }
}
