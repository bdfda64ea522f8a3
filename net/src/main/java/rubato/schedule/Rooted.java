package rubato.schedule;

/** Operations with one rank in the middle. */
final class Rooted {
    private Rooted() {}

    /** Down a binomial tree, every element forwarded as it comes. */
    static void broadcast(Draft draft, Circle circle, Span span, int root) {
        int n = circle.size();
        int place = Math.floorMod(circle.own() - root, n);
        int taken = Draft.NONE;
        int below = n == 1 ? 1 : Integer.highestOneBit(n - 1) << 1;
        if (place != 0) {
            below = Integer.lowestOneBit(place);
            taken = draft.take(circle.members()[(place - below + root) % n], span);
        }
        for (int distance = below / 2; distance >= 1; distance /= 2) {
            if (place + distance < n) draft.send(circle.members()[(place + distance + root) % n], span, taken);
        }
    }

    /** Part i of the root's vector goes to rank i. */
    static void scatter(Draft draft, Circle circle, Span span, int root) {
        int n = circle.size();
        if (circle.own() != root) {
            draft.take(circle.members()[root], span.part(circle.own(), n, 1));
            return;
        }
        for (int i = 1; i < n; i++) draft.send(circle.further(i), span.part(circle.index(i), n, 1));
    }

    /** Part i of rank i's vector goes to the root. */
    static void gather(Draft draft, Circle circle, Span span, int root) {
        int n = circle.size();
        if (circle.own() != root) {
            draft.send(circle.members()[root], span.part(circle.own(), n, 1));
            return;
        }
        for (int i = 1; i < n; i++) draft.take(circle.further(i), span.part(circle.index(i), n, 1));
    }
}
